/** The Spark job: reads rows, feeds the engine, writes rows. The only room that imports {@code org.apache.spark}. */
package io.sirocco.job;
