/** Ports: where bytes, messages and frames come from. */
import * as v from 'valibot';
import { address, flag, id, number, oneOf, setting, text, whole } from '../../shared/setting.ts';

const eui = v.pipe(
  v.string('must be an EUI-64, such as "b827ebfffe123456"'),
  v.regex(/^[0-9a-fA-F]{16}$/, 'must be an EUI-64: 16 hexadecimal digits, such as "b827ebfffe123456"'),
  v.toLowerCase(),
);
const stations = v.optional(
  setting(v.array(eui), 'EUIs of the LoRa gateways that may connect; empty: any, and then on loopback only.'),
  [],
);

const portName = setting(id, 'Name of the port, to which devices refer.');

export const PortSettings = v.variant(
  'type',
  [
    v.strictObject({
      name: portName,
      type: setting(v.literal('serial'), 'A serial port of this machine.'),
      path: setting(text, 'Device file. One that stays the same when plugged in elsewhere: /dev/serial/by-id/…'),
      baud: v.optional(setting(whole(300, 4_000_000), 'Bits a second.'), 9600),
      dataBits: v.optional(setting(v.picklist([5, 6, 7, 8], 'must be 5, 6, 7 or 8'), 'Data bits.'), 8),
      parity: v.optional(setting(oneOf(['none', 'even', 'odd']), 'Parity.'), 'none'),
      stopBits: v.optional(setting(v.picklist([1, 2], 'must be 1 or 2'), 'Stop bits.'), 1),
      flowControl: v.optional(setting(flag, 'RTS/CTS flow control (HCI over UART needs it at high rates).'), false),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('tcp'), 'A serial server (ser2net and the like), or a Modbus TCP device.'),
      address: setting(address, 'Where it listens, as "host:port".'),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('mqtt'), 'Devices that publish over MQTT; each device names its topic.'),
      listen: v.optional(
        setting(address, 'Where the embedded broker listens. Beyond loopback it needs username and password-file.'),
        '127.0.0.1:1883',
      ),
      url: v.optional(
        setting(text, 'An existing broker to subscribe at instead of the embedded one: mqtt:// or mqtts://.'),
      ),
      username: v.optional(setting(text, 'User name, of the embedded broker or at the existing one.')),
      passwordFile: v.optional(setting(text, 'File with the password; readable by the gateway alone.')),
      caFile: v.optional(setting(text, 'Certificate authority of an existing broker (PEM).')),
      maxClients: v.optional(setting(whole(1, 10_000), 'Connections that the embedded broker accepts.'), 200),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('lorawan-udp'), 'LoRa gateways with a Semtech UDP packet forwarder (GWMP v2).'),
      listen: v.optional(
        setting(address, 'Where they send to. The protocol knows no password: beyond loopback name the stations.'),
        '127.0.0.1:1700',
      ),
      stations,
      antennaGainDbi: v.optional(
        setting(
          v.pipe(number, v.minValue(-10), v.maxValue(20)),
          "Gain of the stations' antennas less their cables' loss, dBi.",
        ),
        0,
      ),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('basics-station'), 'LoRa gateways with LoRa Basics Station (LNS over WebSocket).'),
      listen: v.optional(
        setting(address, 'Where they connect to. Beyond loopback it needs cert-file, key-file and a token-file.'),
        '127.0.0.1:3001',
      ),
      stations,
      certFile: v.optional(setting(text, 'Server certificate (PEM), for wss://.')),
      keyFile: v.optional(setting(text, 'Key of the server certificate (PEM); readable by the gateway alone.')),
      caFile: v.optional(
        setting(text, 'Certificate authority (PEM) of client certificates, where they are asked for.'),
      ),
      tokenFile: v.optional(
        setting(text, 'File with the token that every station sends as "Authorization: Bearer …" (its tc.key).'),
      ),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('chirpstack'), 'A ChirpStack v4, by its MQTT integration (JSON).'),
      url: setting(text, 'Its broker: mqtt://host:1883 or mqtts://host:8883.'),
      application: v.optional(setting(text, 'Id of one application; without it those of all are taken.')),
      username: v.optional(setting(text, 'User name.')),
      passwordFile: v.optional(setting(text, 'File with the password; readable by the gateway alone.')),
      caFile: v.optional(setting(text, "Certificate authority (PEM), where the broker's is not a public one.")),
    }),
  ],
  'must be "serial", "tcp", "mqtt", "lorawan-udp", "basics-station" or "chirpstack"',
);

export type PortConfig = v.InferOutput<typeof PortSettings>;
export type RadioPortConfig = Extract<PortConfig, { type: 'lorawan-udp' | 'basics-station' }>;
