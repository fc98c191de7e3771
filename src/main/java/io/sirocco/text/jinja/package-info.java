/** A small, strict Jinja2 interpreter for chat and prompt templates, rendering what Python's jinja2 renders for transformers. */
package io.sirocco.text.jinja;
