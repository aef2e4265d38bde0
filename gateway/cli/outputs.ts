/** Outputs on the spot: how they stand, a test, and silence. */
import { askIfRunning, readJson } from '../control/client.ts';
import { type Ask, notRunning } from '../control/messages.ts';
import { stateText } from '../outputs/state-text.ts';
import type { OutputState } from '../outputs/switchboard.ts';
import { loadConfig } from './input.ts';
import type { Terminal } from './terminal.ts';
import { durationOf } from './values.ts';
import type { Called } from './verb.ts';
import type { listOutputsUsage, silenceOutputUsage, testOutputUsage } from './verbs/output.ts';
import { say } from './words/output.ts';

export function listOutputs({ args, options, terminal }: Called<typeof listOutputsUsage>): Promise<number> {
  return asking(args.config, terminal, async (ask) => {
    const states = await readJson<Record<string, OutputState>>(ask('list-outputs', {}));
    if (options.json) terminal.writeJson(JSON.stringify(states));
    else for (const [name, state] of Object.entries(states)) terminal.print(stateText(name, state));
    if (!options.json && Object.keys(states).length === 0) terminal.print(say.none());
  });
}

export function testOutput({ args, options, terminal }: Called<typeof testOutputUsage>): Promise<number> {
  const ms = durationOf('--for', options.for, '5s');
  return asking(args.config, terminal, async (ask) => {
    await readJson(ask('test-output', { output: args.output, ms }));
    terminal.print(say.tested({ output: args.output, time: options.for }));
  });
}

export function silenceOutput({ args, terminal }: Called<typeof silenceOutputUsage>): Promise<number> {
  return asking(args.config, terminal, async (ask) => {
    await readJson(ask('silence-output', { output: args.output }));
    terminal.print(say.silenced({ output: args.output }));
  });
}

async function asking(file: string, terminal: Terminal, use: (ask: Ask) => Promise<void>): Promise<number> {
  const config = loadConfig(file, terminal);
  if (config === undefined) return 1;
  if ((await askIfRunning(config, use)) !== undefined) return 0;
  throw notRunning(config.gateway.id);
}
