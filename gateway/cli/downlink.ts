import { parseArgs } from 'node:util';
import { parseDuration } from '../../shared/duration.ts';
import { askRegister, readJson, readLines } from '../control/client.ts';
import { maxPayloadBytes, maxPort } from '../lorawan/downlink-queue.ts';
import { type Command, given, idsOf, numberOf, print, UsageError } from './command.ts';
import { loadConfig } from './load-config.ts';

export const downlink: Command = {
  name: 'downlink',
  arguments: 'send|list|cancel <config.toml> <device> [--port n --hex bytes] [--confirmed] [--expires 1d] [--id n,…]',
  summary: 'what is to be sent to a LoRaWAN device when it next speaks',
  help: [
    'send      queues bytes (--hex) for a port (--port 1 to 223); at most 16 wait for a device. What became of it is a reading of',
    '          kind status: sent, acknowledged, not-acknowledged or expired',
    '  --confirmed     the device shall acknowledge it; it is sent up to four times',
    '  --expires TIME  how long it may wait (default 1d; where a ChirpStack queues it, that decides)',
    'list      what waits, a line of JSON each',
    'cancel    takes all that waits out of the queue, or those of --id',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        hex: { type: 'string' },
        confirmed: { type: 'boolean', default: false },
        expires: { type: 'string', default: '1d' },
        id: { type: 'string' },
      },
    });
    const [action, file, device, ...rest] = positionals;
    if (action !== 'send' && action !== 'list' && action !== 'cancel') {
      throw new UsageError('Say what to do: send, list or cancel');
    }
    if (device === undefined) throw new UsageError('The configuration file or the device is missing');
    if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is too much`);
    const ask =
      action === 'send'
        ? toSend(device, values)
        : { device, ...(values.id !== undefined && { ids: idsOf(values.id) }) };
    const config = loadConfig(given(file, 'The configuration file'));
    if (config === undefined) return 1;
    return askRegister(config, async (askFor) => {
      if (action === 'list') {
        for await (const line of readLines(askFor('list-downlinks', { device }))) print(line);
      } else if (action === 'send') {
        const { id } = await readJson<{ id: number | string }>(askFor('send-downlink', ask));
        print(`Downlink ${id} waits for ${device} to speak. 送信待ち: ${id}`);
      } else {
        const { cancelled } = await readJson<{ cancelled: number }>(askFor('cancel-downlinks', ask));
        print(`${cancelled} downlinks were cancelled. ${cancelled}件を取り消しました。`);
      }
      return 0;
    });
  },
};

interface SendWords {
  readonly port?: string | undefined;
  readonly hex?: string | undefined;
  readonly confirmed: boolean;
  readonly expires: string;
}

function toSend(device: string, { port, hex, confirmed, expires }: SendWords) {
  if (port === undefined || hex === undefined) throw new UsageError('--port or --hex is missing');
  const payload = hex.replace(/\s+/g, '').toLowerCase();
  if (!/^([0-9a-f]{2})*$/.test(payload)) throw new UsageError('--hex must be hexadecimal digits, two a byte');
  if (payload.length > maxPayloadBytes * 2) throw new UsageError(`--hex may have at most ${maxPayloadBytes} bytes`);
  const fPort = numberOf('--port', port);
  if (!Number.isInteger(fPort) || fPort < 1 || fPort > maxPort) {
    throw new UsageError(`--port must be a whole number from 1 to ${maxPort}, not "${port}"`);
  }
  const lastsMs = parseDuration(expires);
  if (lastsMs === undefined) throw new UsageError('--expires must be a length of time such as "6h" or "1d"');
  return { device, port: fPort, payload, confirmed, expiresAt: Date.now() + lastsMs };
}
