package io.sirocco.report;

/** A report cannot be made; the message is for people. */
public final class ReportException extends RuntimeException {

    ReportException(String message) {
        super(message);
    }

    ReportException(String message, Throwable cause) {
        super(message, cause);
    }
}
