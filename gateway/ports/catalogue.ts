/** Every type of port. A new one is a folder and a row here. */
import { archive } from './archive/archive.ts';
import { basicsStation } from './basics-station/basics-station.ts';
import { bluetooth } from './bluetooth/bluetooth.ts';
import { chirpstack } from './chirpstack/chirpstack.ts';
import { feed } from './feed/feed.ts';
import { lorawanUdp } from './lorawan-udp/lorawan-udp.ts';
import { mqtt } from './mqtt/mqtt.ts';
import type { PortType } from './port.ts';
import { serial } from './serial.ts';
import { tcp } from './tcp.ts';
import { tcpListen } from './tcp-listen.ts';
import { udp } from './udp.ts';
import { volunteers } from './volunteers/volunteers.ts';
import { web } from './web/web.ts';

export const PORT_TYPES: readonly PortType[] = [
  serial,
  bluetooth,
  tcp,
  tcpListen,
  udp,
  mqtt,
  lorawanUdp,
  basicsStation,
  chirpstack,
  feed,
  volunteers,
  archive,
  web,
];
