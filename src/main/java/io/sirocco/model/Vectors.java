package io.sirocco.model;

import io.sirocco.weights.ModelException;
import io.sirocco.weights.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads small tensors, such as the weights of a norm, into f32 arrays. */
final class Vectors {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Vectors() {}

    /** The values of an F32, F16 or BF16 tensor of one dimension, widened exactly. */
    static float[] read(Tensor tensor) {
        if (tensor.shape().size() != 1) {
            throw new ModelException(tensor.name() + " has the shape " + tensor.shape() + "; expected one dimension");
        }
        float[] values = new float[Math.toIntExact(tensor.shape().getFirst())];
        MemorySegment data = tensor.data();
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.type()) {
                case F32 -> data.get(FLOAT, 4L * i);
                case F16 -> Float.float16ToFloat(data.get(SHORT, 2L * i));
                case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
                case Q8_0, Q4_0, Q4_1, Q6_K ->
                    throw new ModelException(
                            tensor.name() + " is " + tensor.type() + "; expected F32, F16 or BF16 for a vector");
            };
        }
        return values;
    }
}
