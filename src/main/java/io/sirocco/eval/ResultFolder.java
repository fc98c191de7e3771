package io.sirocco.eval;

import java.io.IOException;
import java.io.OutputStream;

/** Where files of results go. */
@FunctionalInterface
public interface ResultFolder {

    /** Begins a file of this name. */
    OutputStream create(String name) throws IOException;
}
