import { parseArgs } from 'node:util';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { formatFault, readConfigFile } from '../config/config.ts';
import type { Status } from '../status.ts';
import { type Command, print, printError, UsageError } from './command.ts';

const DEFAULT_ADDRESS = '127.0.0.1:9464';
const answerWithinMs = 5_000;

export const status: Command = {
  name: 'status',
  arguments: '[config.toml] [--address host:port] [--json]',
  summary: 'asks a running gateway how it is',
  help: 'Exit code 0: all is well. 1: something is wrong, and what, or no gateway answers.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { address: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    if (positionals.length > 1) throw new UsageError(`"${positionals.slice(1).join(' ')}" is too much`);
    const answer = await ask(values.address ?? addressOf(positionals[0]));
    if (values.json) print(JSON.stringify(answer));
    else for (const line of describe(answer)) print(line);
    return answer.healthy ? 0 : 1;
  },
};

function addressOf(file: string | undefined): string {
  if (file === undefined) return DEFAULT_ADDRESS;
  const result = readConfigFile(file);
  if (result.ok) return result.config.status.listen;
  for (const fault of result.faults) printError(formatFault(fault));
  throw new MachimoriError('config-faulty', { what: 'the configuration is faulty', on: file, hint: 'Mend it first' });
}

async function ask(address: string): Promise<Status> {
  try {
    const response = await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(answerWithinMs) });
    return (await response.json()) as Status; // our own server's answer
  } catch (cause) {
    throw new MachimoriError('no-gateway', {
      what: `no gateway answers (${messageOf(cause instanceof Error && cause.cause ? cause.cause : cause)})`,
      on: address,
      hint: 'Start it with: machimori run <config.toml>, or name its status address with --address',
      cause,
    });
  }
}

function describe(status: Status): string[] {
  const { gateway, tenant, version, startedAt, buffer } = status;
  const lines = [`Gateway ${gateway} (${tenant}), release ${version}, running since ${startedAt}`];
  for (const { en, ja } of status.problems) lines.push(`! ${en}`, `  ${ja}`);
  if (status.problems.length === 0) lines.push('All is well. 正常に動作しています。');
  for (const [name, port] of Object.entries(status.ports)) lines.push(`port ${name}: ${JSON.stringify(port)}`);
  for (const [name, device] of Object.entries(status.devices)) lines.push(`device ${name}: ${JSON.stringify(device)}`);
  lines.push(
    `buffer: ${buffer.usedBytes} of ${buffer.maxBytes} bytes, ${buffer.open} readings open, ${buffer.held} held`,
  );
  for (const [name, feed] of Object.entries(buffer.feeds)) {
    const { waiting, inFlight, gaps, refused, sealed } = feed;
    lines.push(
      `destination ${name}: ${status.destinations[name]?.state}; batches: ${sealed} sealed, ${waiting.routine} routine and ` +
        `${waiting.urgent} urgent waiting, ${inFlight} on their way; ${gaps} gaps to report; ${refused} readings refused`,
    );
  }
  return lines;
}
