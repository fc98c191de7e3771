/** Requests in, completions out: the engine, its scheduler, sampler and stop conditions. */
package io.sirocco.engine;
