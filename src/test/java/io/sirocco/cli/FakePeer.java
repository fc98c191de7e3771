package io.sirocco.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program in the place of llama.cpp's benchmark: writes its arguments down and prints what the real one would. */
final class FakePeer {

    private FakePeer() {}

    static void write(Path folder) throws IOException {
        Path program = Files.writeString(folder.resolve(LlamaCpp.PROGRAM), """
                #!/bin/sh
                echo "$@" > "$(dirname "$0")/arguments"
                echo "a line of its log"
                echo '{"n_kv_max": 512, "pp": 8, "tg": 4, "pl": 3, "speed_pp": 30.5, "speed_tg": 20.0, "speed": 25.0}'
                """);
        if (!program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
    }
}
