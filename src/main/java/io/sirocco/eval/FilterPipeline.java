package io.sirocco.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Filters one after another, under a name: what they leave of the responses to a request is what metrics see.
 *
 * @param name as in results: {@code exact_match,strict-match}
 */
record FilterPipeline(String name, List<ResponseFilter> filters) {

    /** The pipelines of a task; taking the first response if it names none. */
    static List<FilterPipeline> of(TaskConfig task) {
        if (!task.fields().has("filter_list")) {
            return List.of(new FilterPipeline("none", List.of(ResponseFilter.takeFirst())));
        }
        List<FilterPipeline> pipelines = new ArrayList<>();
        for (Fields entry : task.fields().list("filter_list")) {
            entry.allow(Set.of("name", "filter"));
            pipelines.add(new FilterPipeline(
                    entry.requiredText("name"),
                    entry.list("filter").stream().map(ResponseFilter::of).toList()));
        }
        return pipelines;
    }

    /** What is left of the responses to one request. */
    Object apply(List<?> responses, Map<String, Object> doc) {
        Object left = responses;
        for (ResponseFilter filter : filters) {
            if (!(left instanceof List<?> list)) {
                throw new EvalException(
                        "filter_list: \"" + name + "\" goes on after one response is taken; let take_first be last");
            }
            left = filter.apply(list, doc);
        }
        return left;
    }
}
