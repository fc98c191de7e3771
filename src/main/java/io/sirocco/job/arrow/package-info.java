/** Arrow's IPC files and streams as a data source of Spark's. */
package io.sirocco.job.arrow;
