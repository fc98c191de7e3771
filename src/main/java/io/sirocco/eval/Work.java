package io.sirocco.eval;

import io.sirocco.engine.Request;
import io.sirocco.engine.ScoreRequest;

/** One thing to ask of an engine. */
public sealed interface Work {

    /** Continuations to score. */
    record Score(ScoreRequest request) implements Work {}

    /** A prompt to go on from. */
    record Generate(Request request) implements Work {}
}
