package org.f2d2.net;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;

/** Which network looks at images, and how large it is; what it answers is for the stage to say. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ImageArchitecture.Convolutional.class, name = "u-net"),
  @JsonSubTypes.Type(value = ImageArchitecture.Transformer.class, name = "transformer")
})
public sealed interface ImageArchitecture {

  /** The U-Net that images are fitted with where no other network is asked for. */
  ImageArchitecture UNET = new Convolutional(2, 48, List.of(1, 2), 2, 1, 8);

  /** The diffusion transformer that can take its place. */
  ImageArchitecture DIT = new Transformer(2, 96, 6, 4, 8);

  /**
   * The network of a name, in the size above.
   *
   * @param name {@code unet} or {@code dit}
   * @throws F2d2Exception for another name
   */
  static ImageArchitecture of(String name) {
    return switch (name) {
      case "unet" -> UNET;
      case "dit" -> DIT;
      default -> throw new F2d2Exception("unknown network " + name + "; known: unet, dit");
    };
  }

  /**
   * What a network is asked for.
   *
   * @param field whether there is an output for each pixel
   * @param pooled whether there is one more for the image
   * @param twoTimes whether it depends on a target time
   */
  record Task(boolean field, boolean pooled, boolean twoTimes) {}

  /**
   * A network of 32-bit numbers at its random start.
   *
   * @param image what a point is
   * @param conditions columns of a point after its pixels
   */
  Network random(ImageFormat image, Task task, int conditions, Rng rng);

  /**
   * Numbers that a network of this size has at least, whatever it looks at. A description that
   * claims more than its file holds is so found before it takes memory.
   */
  double leastParameters();

  /**
   * A {@link UNet}.
   *
   * @param patch side of the squares of pixels that are one place of the finest level
   * @param features channels of the finest level, a multiple of 8
   * @param multipliers channels of each level as multiples of {@code features}
   * @param blocks residual blocks of each level, each way
   * @param attention levels from here on have self-attention
   * @param harmonics of the {@link TimeEmbedding}
   */
  record Convolutional(
      int patch, int features, List<Integer> multipliers, int blocks, int attention, int harmonics)
      implements ImageArchitecture {

    private static final int GROUPS = 8;

    /** Copies the list. */
    public Convolutional {
      multipliers = List.copyOf(multipliers);
    }

    @Override
    public double leastParameters() {
      // Each block of a level has a matrix of its channels.
      return multipliers.stream().mapToDouble(m -> Math.pow((double) m * features, 2)).sum()
          * blocks;
    }

    @Override
    public Network random(ImageFormat image, Task task, int conditions, Rng rng) {
      return UNet.random(
          new UNet.Architecture(
              image,
              task.field(),
              task.pooled(),
              patch,
              features,
              multipliers,
              blocks,
              attention,
              GROUPS,
              new TimeEmbedding(harmonics),
              task.twoTimes(),
              conditions),
          DType.FLOAT32,
          rng);
    }
  }

  /**
   * A {@link DiffusionTransformer}.
   *
   * @param patch side of the squares of pixels that are one place
   * @param width features of a place
   * @param depth number of blocks
   * @param heads of the attention
   * @param harmonics of the {@link TimeEmbedding}
   */
  record Transformer(int patch, int width, int depth, int heads, int harmonics)
      implements ImageArchitecture {

    @Override
    public double leastParameters() {
      return Math.pow(width, 2) * depth;
    }

    @Override
    public Network random(ImageFormat image, Task task, int conditions, Rng rng) {
      return DiffusionTransformer.random(
          new DiffusionTransformer.Architecture(
              image,
              task.field(),
              task.pooled(),
              patch,
              width,
              depth,
              heads,
              new TimeEmbedding(harmonics),
              task.twoTimes(),
              conditions),
          DType.FLOAT32,
          rng);
    }
  }
}
