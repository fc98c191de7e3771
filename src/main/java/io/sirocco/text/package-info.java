/** Text to token ids and back: tokenizers, chat templates, incremental detokenizer. */
package io.sirocco.text;
