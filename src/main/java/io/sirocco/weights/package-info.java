/** Model files: where they come from (directory, catalogue, hub) and what is in them (safetensors, GGUF), hostile until parsed. */
package io.sirocco.weights;
