package io.sirocco.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who waits for which answer: what many ask is asked once, and answered to all of them. */
final class Questions {

    private final List<Requests> requests;
    private final Map<String, List<Consumer<Finding>>> waiting = new HashMap<>();

    Questions(List<Requests> requests) {
        this.requests = requests;
    }

    void ask(Consumer<Work> somebody) {
        for (Requests each : requests) {
            each.ask((work, use) -> {
                List<Consumer<Finding>> others = waiting.computeIfAbsent(work.id(), _ -> new ArrayList<>(1));
                if (others.isEmpty()) {
                    somebody.accept(work);
                }
                others.add(use);
            });
        }
    }

    void answer(String id, Finding finding) {
        waiting.getOrDefault(id, List.of()).forEach(use -> use.accept(finding));
    }
}
