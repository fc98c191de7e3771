package io.sirocco.eval;

/** A task, or a group of tasks and groups. */
sealed interface TaskNode permits TaskConfig, TaskGroup {
    String name();

    /** As tables show it. */
    String alias();

    Object version();
}
