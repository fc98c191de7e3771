/** Answers that a pattern allows: choices, regular expressions and JSON schemas as automata over the tokens of a vocabulary. */
package io.sirocco.engine.constraint;
