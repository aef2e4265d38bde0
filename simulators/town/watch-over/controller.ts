/** A detector's Bluetooth controller, without a clock of its own: it obeys what sets it up, and reports what it is told to have heard. */
import {
  type Advertisement,
  advertisingReports,
  commandComplete,
  commandFramer,
  extendedReport,
  supportedCommands,
} from '../../sensors/hci.ts';
import type { Wire } from '../../wires/wire.ts';

const RESET = 0x0c03;
const READ_LOCAL_SUPPORTED_COMMANDS = 0x1002;
const SCAN_ENABLE = 0x200c;
const EXTENDED_SCAN_ENABLE = 0x2042;

export class TownController {
  readonly #wire: Wire;
  readonly #hasExtended: boolean;
  #scan: 'off' | 'legacy' | 'extended' = 'off';

  constructor(wire: Wire, hasExtended: boolean) {
    this.#wire = wire;
    this.#hasExtended = hasExtended;
    const framer = commandFramer();
    wire.onBytes((bytes) => {
      for (const { opcode, parameters } of framer(bytes)) this.#obey(opcode, parameters);
    });
  }

  get isScanning(): boolean {
    return this.#scan !== 'off';
  }

  /** Nothing if it is not scanning. */
  hear(advertisements: readonly Advertisement[]): void {
    if (this.#scan === 'extended') for (const each of advertisements) this.#wire.write(extendedReport(each));
    if (this.#scan === 'legacy') for (const event of advertisingReports(advertisements)) this.#wire.write(event);
  }

  #obey(opcode: number, parameters: Uint8Array): void {
    if (opcode === RESET) this.#scan = 'off';
    if (opcode === SCAN_ENABLE) this.#scan = parameters[0] === 1 ? 'legacy' : 'off';
    if (opcode === EXTENDED_SCAN_ENABLE) this.#scan = parameters[0] === 1 ? 'extended' : 'off';
    const returned = opcode === READ_LOCAL_SUPPORTED_COMMANDS ? supportedCommands(this.#hasExtended) : [];
    this.#wire.write(commandComplete(opcode, 0x00, returned));
  }
}
