import * as v from 'valibot';
import { expect, test } from 'vitest';
import { Activity } from '../../../gateway/intake/activity.ts';
import { DeviceTable } from '../../../gateway/intake/device-table.ts';
import { followRegister } from '../../../gateway/lorawan/follow-register.ts';
import { Register } from '../../../gateway/lorawan/register.ts';
import { newDevice } from '../../../gateway/lorawan/registered-device.ts';
import { isWanted } from '../../../gateway/routing/routes.ts';
import { AT, BufferRig, CITY, level, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { lorawanConfig } from './lorawan-config.ts';

const PROJECT = `
[[project]]
name = "soil-lab"

[[destination]]
name = "lab"
type = "city-os"
url = "mqtt://127.0.0.1:2"
tenant = "soil-lab"
`;

function begin() {
  const folder = new BufferRig().folder;
  const config = lorawanConfig(folder, PROJECT);
  const devices = new DeviceTable(config);
  const rig = new BufferRig({
    outboxes: config.destinations.map((destination) => ({
      ...CITY,
      name: destination.name,
      accepts: ({ device }) => {
        const entry = devices.get(device);
        return entry !== undefined && isWanted(entry, destination, config);
      },
    })),
  });
  const buffer = rig.open();
  const register = Register.open(config);
  followRegister(register, { devices, buffer, activity: new Activity(), network: { load() {} } });
  const add = (project: string, at: number) =>
    register.add(
      [
        v.parse(newDevice, {
          id: 'gauge-01',
          project,
          devEui: '70b3d57ed0000001',
          activation: 'chirpstack',
          version: '1.0.3',
          profile: 'raw',
        }),
      ],
      at,
    );
  return { rig, buffer, register, add };
}

test('readings reported before a device was removed are still sent', async () => {
  const { rig, buffer, register, add } = begin();
  add('soil-lab', AT);
  await rig.put(buffer, [level(1)]);
  register.remove(['gauge-01']);
  buffer.sealOpen();
  expect(takeAll(buffer, 'lab').flatMap(readingsOf)).toEqual([level(1)]);
});

test('readings reported for one project never go to another', async () => {
  const { rig, buffer, register, add } = begin();
  add('toyama', AT);
  await rig.put(buffer, [level(1)]);
  register.remove(['gauge-01']);
  add('soil-lab', AT + 1);
  buffer.sealOpen();
  expect(takeAll(buffer, 'lab').flatMap(readingsOf)).toEqual([]);
});
