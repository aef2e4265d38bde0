import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { profileSchema } from './profile.ts';

export const modbusOptions = v.object({
  unit: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.maxValue(255),
    v.description('The unit (slave) address: 1 to 247 on a bus; a Modbus TCP device of its own often wants 255 or 0.'),
  ),
  profile: v.pipe(
    profileSchema,
    v.description('What the registers mean: the name of a profile that ships, or a profile of your own.'),
  ),
  interval: v.optional(
    v.pipe(duration(), v.description('How often the unit is read; "0s" reads it only when a schedule asks.')),
    '10s',
  ),
  timeout: v.optional(v.pipe(duration(10, 60_000), v.description('How long an answer may take.')), '1s'),
  framing: v.optional(
    v.pipe(
      v.picklist(['auto', 'rtu', 'tcp']),
      v.description(
        '"auto" is tcp on a TCP port, else rtu; "rtu" is for serial servers behind TCP, "tcp" for recordings of Modbus TCP.',
      ),
    ),
    'auto',
  ),
  minGap: v.optional(
    v.pipe(duration(0, 10_000), v.description('The silence between an answer and the next request on a serial bus.')),
    '5ms',
  ),
  levelOffsetM: v.optional(
    v.pipe(
      v.number(),
      v.finite(),
      v.description("How high the probe hangs above the gauge's datum, in metres; added to the level."),
    ),
    0,
  ),
});

export type ModbusOptions = v.InferOutput<typeof modbusOptions>;
