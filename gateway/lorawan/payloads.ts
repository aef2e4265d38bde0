/**
 * Turns an uplink's payload into readings according to the device's profile: with a codec, as Cayenne LPP, or as it is.
 *
 * What a codec's `normalizeUplink` makes of the data is what the profile maps; if that fails, the data itself.
 *
 * Promise: nothing is lost. A payload that a codec cannot decode, or not in time, or of which it says nothing or more than fits,
 * is kept as a measurement of its bytes, marked "undecoded", and counted as rubbish "codec-fault" with the codec's own words.
 */
import type { Step } from '../../devices/device-type.ts';
import { type Arrival, rawReading, readingsOf } from '../../devices/lorawan/result-readings.ts';
import { parseLpp } from '../../devices/profile/cayenne-lpp.ts';
import { textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { type Codec, readCodec } from '../codecs/codec.ts';
import type { CodecRunner } from '../codecs/runner.ts';
import type { LorawanProfileConfig } from '../config/lorawan-settings.ts';
import { say } from './words.ts';

export interface UplinkPayload {
  readonly project: string;
  readonly port: number;
  readonly bytes: Uint8Array;
}

export class Payloads {
  readonly #profiles: ReadonlyMap<string, LorawanProfileConfig>;
  readonly #runner: Pick<CodecRunner, 'call'>;
  readonly #codecs = new Map<string, Codec>();

  constructor(profiles: ReadonlyMap<string, LorawanProfileConfig>, runner: Pick<CodecRunner, 'call'>) {
    this.#profiles = profiles;
    this.#runner = runner;
  }

  /** Never rejects. */
  async decode(payload: UplinkPayload, profileName: string, arrival: Arrival): Promise<Step> {
    const { bytes, port } = payload;
    const profile = this.#profiles.get(profileName);
    if (profile === undefined) return undecoded(payload, arrival, say.profileGone({ profile: profileName }));
    if (profile.payload === 'raw') return { readings: [rawReading(bytes, port, arrival, false)] };
    if (profile.payload === 'lpp') {
      const { values, fault } = parseLpp(bytes);
      const data = Object.fromEntries(values.map(({ quantity, value }) => [quantity, value]));
      return mapped(data, profile, payload, arrival, { fault });
    }
    return this.#byCodec(payload, profile, arrival);
  }

  /** For payloads that ChirpStack may already have decoded. */
  take(data: unknown, payload: UplinkPayload, profileName: string, arrival: Arrival): Promise<Step> {
    const profile = this.#profiles.get(profileName);
    const isDecoded = profile !== undefined && profile.payload === 'codec' && typeof data === 'object' && data !== null;
    return isDecoded
      ? Promise.resolve(mapped(data, profile, payload, arrival))
      : this.decode(payload, profileName, arrival);
  }

  async #byCodec(payload: UplinkPayload, profile: LorawanProfileConfig, arrival: Arrival): Promise<Step> {
    const { project, port, bytes } = payload;
    let codec: Codec;
    try {
      codec = this.#codecOf(profile);
    } catch (fault) {
      return undecoded(payload, arrival, textOf(fault));
    }
    const input = { bytes: [...bytes], fPort: port, recvTime: arrival.at, variables: profile.variables };
    const outcome = await this.#runner.call({ codec, project, function: 'decodeUplink', input });
    if (!outcome.ok) return undecoded(payload, arrival, outcome.detail);
    const { data, errors, lost, normalizedOutput: normal } = outcome.output;
    if (errors.length > 0) return undecoded(payload, arrival, said(errors));
    if (normal === undefined) return mapped(data, profile, payload, arrival, { lost });
    const { data: normalized, errors: faults } = normal;
    if (faults.length === 0 && normalized !== undefined)
      return mapped(normalized, profile, payload, arrival, { lost: normal.lost });
    return mapped(data, profile, payload, arrival, { fault: faults.length > 0 ? said(faults) : say.noValues() });
  }

  /** Codecs are read on first use; a changed file takes effect at the next start. */
  #codecOf({ name, codecFile = '' }: LorawanProfileConfig): Codec {
    const known = this.#codecs.get(name);
    if (known !== undefined) return known;
    const codec = readCodec(codecFile);
    this.#codecs.set(name, codec);
    return codec;
  }
}

function said(errors: readonly string[]): Text {
  return say.codecSays({ errors: errors.join('; ').slice(0, 300) });
}

/** `lost`: values that the codec gave, but as nothing that can be kept; `fault`: why the rest could not be read. */
function mapped(
  data: unknown,
  profile: LorawanProfileConfig,
  payload: UplinkPayload,
  arrival: Arrival,
  { lost = 0, fault }: { readonly lost?: number | undefined; readonly fault?: Text | undefined } = {},
): Step {
  const { readings, taken, omitted } = readingsOf(data, profile, arrival);
  if (taken === 0) return undecoded(payload, arrival, fault ?? say.noValues());
  const detail = fault ?? (omitted + lost > 0 ? say.valuesOmitted({ count: omitted + lost }) : undefined);
  if (detail === undefined) return { readings };
  const rest = undecoded(payload, { ...arrival, radio: {} }, detail);
  return { ...rest, readings: [...readings, ...(rest.readings ?? [])] };
}

/** An empty payload is no codec's fault: that the device spoke, and on which port, is all that it says. */
function undecoded({ bytes, port }: UplinkPayload, arrival: Arrival, detail: Text): Step {
  if (bytes.length === 0) return { readings: [rawReading(bytes, port, arrival, false)] };
  return {
    readings: [rawReading(bytes, port, arrival, true)],
    rubbish: [{ code: 'codec-fault', bytes, device: arrival.device, detail }],
  };
}
