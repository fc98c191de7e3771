package io.sirocco.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.kernel.KvType;
import java.util.Map;
import java.util.Optional;

/**
 * What has been measured.
 *
 * @param model if one was named
 * @param llamaCpp if the peer was asked for
 */
record BenchReport(Machine machine, BenchKernels.Speeds kernels, Optional<Model> model, Optional<Peer> llamaCpp) {

    /** @param parts shares of the engine's time, by what was measured and by part of the engine's work */
    record Model(
            String name,
            KvType kvType,
            Throughput bulk,
            Throughput single,
            Map<String, Map<String, Double>> parts,
            Memory memory) {}

    /**
     * In MiB.
     *
     * @param peakRssMib of this process until the model was closed; 0 where the system does not tell
     * @param keyValuesMib what the rows of bulk hold at their longest
     */
    record Memory(double peakRssMib, double weightsMib, double keyValuesMib) {}

    record Peer(Throughput bulk, Throughput single) {}

    /** Our speeds over a peer's. */
    record Ratio(double prefill, double decode, double total) {
        static Ratio of(Throughput ours, Throughput peer) {
            return new Ratio(
                    ours.prefillTokS() / peer.prefillTokS(),
                    ours.decodeTokS() / peer.decodeTokS(),
                    ours.totalTokS() / peer.totalTokS());
        }
    }

    /** As one document in which {@code bulk.total_tok_s} is a path; what was not asked for is absent. */
    String json() {
        JsonMapper json = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        ObjectNode root = json.createObjectNode();
        root.putPOJO("machine", machine);
        root.putPOJO("peak", kernels.peak());
        root.putPOJO("products", kernels.products());
        root.putPOJO("attention", kernels.attention());
        model.ifPresent(of -> {
            root.put("model", of.name());
            root.put("kv_type", of.kvType().name());
            root.putPOJO("bulk", of.bulk());
            root.putPOJO("single", of.single());
            root.putPOJO("parts", of.parts());
            root.putPOJO("memory", of.memory());
            llamaCpp.ifPresent(peer -> root.putObject("peers")
                    .putObject("llama_cpp")
                    .putPOJO("bulk", peer.bulk())
                    .putPOJO("bulk_ratio", Ratio.of(of.bulk(), peer.bulk()))
                    .putPOJO("single", peer.single())
                    .putPOJO("single_ratio", Ratio.of(of.single(), peer.single())));
        });
        return json.valueToTree(root).toPrettyString();
    }
}
