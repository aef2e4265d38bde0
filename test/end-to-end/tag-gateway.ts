/**
 * A gateway as `machimori run` starts it, but that its devices are detectors of this test's own: a message {"id": "<40 hexadecimal
 * digits>", "rssi": …} is an iBeacon, and a tag of every operator with a pattern of its UUID.
 */
import type { DeviceType, Place } from '../../devices/device-type.ts';
import { readConfigFile } from '../../gateway/config/config.ts';
import type { Config } from '../../gateway/config/settings.ts';
import { openLog } from '../../gateway/machine/log.ts';
import { startGateway } from '../../gateway/run.ts';
import type { Moment } from '../../shared/clock.ts';
import { hexBytes } from '../../shared/hex.ts';

function detector(type: DeviceType): DeviceType {
  return {
    ...type,
    decoder: ([device], place: Place) => ({
      decode(frame: Uint8Array, { wall }: Moment) {
        const { id, rssi } = JSON.parse(new TextDecoder().decode(frame)) as { id: string; rssi: number };
        const times = { observedAt: wall, firstAt: wall, lastAt: wall };
        const tags = (place.operatorPatterns?.() ?? []).flatMap(({ operator, pattern }) =>
          pattern.format === 'ibeacon' && id.startsWith(pattern.uuid)
            ? [
                {
                  operator,
                  id: { format: pattern.format, bytes: hexBytes(id) },
                  device: device?.id ?? '',
                  rssi,
                  count: 1,
                  ...times,
                },
              ]
            : [],
        );
        return { tags };
      },
    }),
  };
}

const read = readConfigFile(process.argv[3] ?? '');
if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
const config: Config = {
  ...read.config,
  devices: read.config.devices.map((device) => ({ ...device, deviceType: detector(device.deviceType) })),
};
const gateway = startGateway({ config, log: openLog('debug', () => performance.now()), version: 'test' });
process.once('SIGTERM', () => void gateway.stop());
