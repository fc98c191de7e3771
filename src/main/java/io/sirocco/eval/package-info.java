/** Benchmark tasks as lm-evaluation-harness has them: their requests, their metrics, their files. {@link Evaluation} is the way in. */
package io.sirocco.eval;
