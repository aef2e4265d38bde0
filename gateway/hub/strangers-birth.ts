/** A birth as another gateway sent it, made fit to be kept: what breaks its type or its bounds is left out, the rest stays. */
import * as v from 'valibot';
import type { Birth, DeviceDescription } from '../../shared/feed/birth.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { wellFormed } from '../../shared/text.ts';

const maxDevices = 10_000;
const maxListed = 64;
const maxText = 200;

const text = v.pipe(
  v.string(),
  v.transform((given) => wellFormed(given.slice(0, maxText))),
);
const finite = v.pipe(v.number(), v.finite());
const within = (bound: number) => v.pipe(finite, v.minValue(-bound), v.maxValue(bound));

const description = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(maxText)),
  type: v.fallback(text, ''),
  kinds: v.fallback(v.pipe(v.array(text), v.maxLength(maxListed)), []),
  units: v.fallback(v.pipe(v.record(v.string(), text), v.maxEntries(maxListed)), {}),
  group: v.exactOptional(v.fallback(v.optional(text), undefined)),
  profile: v.exactOptional(v.fallback(v.optional(text), undefined)),
  place: v.exactOptional(
    v.fallback(
      v.optional(
        v.object({ lat: v.exactOptional(within(90)), lon: v.exactOptional(within(180)), name: v.exactOptional(text) }),
      ),
      undefined,
    ),
  ),
  thresholds: v.exactOptional(
    v.fallback(
      v.optional(
        v.pipe(
          v.array(v.object({ alarm: text, quantity: text, raise: finite, clear: finite })),
          v.maxLength(maxListed),
        ),
      ),
      undefined,
    ),
  ),
});

export function readStrangersBirth(birth: Birth, { tenant, gateway }: Origin): Birth {
  const { software, epoch, at } = birth;
  const devices = birth.devices.slice(0, maxDevices).flatMap((device): DeviceDescription[] => {
    const parsed = v.safeParse(description, device);
    return parsed.success ? [withoutUndefined(parsed.output)] : [];
  });
  return {
    tenant,
    gateway,
    software: typeof software === 'string' ? wellFormed(software.slice(0, maxText)) : '',
    epoch,
    at: typeof at === 'number' && Number.isFinite(at) ? at : 0,
    devices,
  };
}

function withoutUndefined(device: v.InferOutput<typeof description>): DeviceDescription {
  return Object.fromEntries(
    Object.entries(device).filter(([, member]) => member !== undefined),
  ) as unknown as DeviceDescription; // only members that are optional are left out
}
