/** The page of a run or of several: reads what evaluations and jobs have written, and writes one HTML file that needs nothing else. */
package io.sirocco.report;
