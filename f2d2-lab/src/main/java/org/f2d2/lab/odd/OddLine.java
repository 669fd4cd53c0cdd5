package org.f2d2.lab.odd;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * One quantity of one case and seed.
 *
 * @param id of the case
 * @param name what its rows are
 * @param seed of the rows and of the fit
 * @param quantity what was measured, in nats unless it says otherwise
 * @param right value in closed form; NaN where only a bound is known
 * @param low least accepted; negative infinity for no bound
 * @param high most accepted; infinity for no bound
 * @param exact measured on the model's exact answers; NaN where it has none
 * @param one measured on those of one evaluation
 * @param cheap measured on the cheap density that fits fresh rows best; NaN where it has none
 * @param cheapName its name
 * @param within whether both of the model's values are accepted
 * @param note why nothing was measured; else empty
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record OddLine(
    String id,
    String name,
    long seed,
    String quantity,
    double right,
    double low,
    double high,
    double exact,
    double one,
    double cheap,
    String cheapName,
    boolean within,
    String note) {}
