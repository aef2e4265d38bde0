import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { readCodec } from '../codecs/codec.ts';
import type { CodecRunner } from '../codecs/runner.ts';
import { type ConfigResult, readConfigFile } from '../config/config.ts';
import type { Config } from '../config/settings.ts';
import type { LocatedFault } from '../words/fault.ts';
import { type Contact, contactEach } from './check-connect.ts';
import { runnerForCodecs } from './codec/sandbox.ts';
import { formatFault } from './input.ts';
import type { Terminal } from './terminal.ts';
import type { Called } from './verb.ts';
import type { checkUsage } from './verbs/gateway.ts';
import { say } from './words/run.ts';

/** What was found about one file. */
interface Checked {
  readonly file: string;
  readonly config: Config | undefined;
  readonly found: readonly LocatedFault[];
  /** What is wrong beyond its lines: the file itself, its codecs. */
  readonly otherwise: readonly Text[];
  /** What each destination and port answered, if they were asked. */
  readonly contacts: readonly Contact[];
}

export async function check({ args, options, terminal }: Called<typeof checkUsage>): Promise<number> {
  const all: Checked[] = [];
  for (const file of args.configs) {
    const checked = await checkFile(file, terminal, options.connect);
    all.push(checked);
    if (!options.json) show(checked, terminal);
  }
  if (options.json) terminal.writeJson(JSON.stringify(all.map(asJson)));
  return all.every(isGood) ? 0 : 1;
}

async function checkFile(file: string, terminal: Terminal, connect: boolean): Promise<Checked> {
  let result: ConfigResult;
  try {
    result = readConfigFile(file);
  } catch (fault) {
    if (!(fault instanceof MachimoriError)) throw fault;
    return { file, config: undefined, found: [], otherwise: [fault.text], contacts: [] };
  }
  if (!result.ok) return { file, config: undefined, found: result.faults, otherwise: [], contacts: [] };
  const { config, notes } = result;
  return {
    file,
    config,
    found: [...notes, ...result.lacking()],
    otherwise: await faultsOfCodecs(file, config, terminal),
    contacts: connect ? await contactEach(config) : [],
  };
}

function isGood({ config, otherwise, contacts }: Checked): boolean {
  return config !== undefined && otherwise.length === 0 && contacts.every(({ isThere }) => isThere);
}

function show(checked: Checked, terminal: Terminal): void {
  const { file, config, found, otherwise } = checked;
  for (const each of found) terminal.printError(formatFault(each));
  for (const each of otherwise) terminal.printError(each);
  for (const contact of checked.contacts) {
    const said = contactText(contact);
    if (contact.isThere) terminal.print(said);
    else terminal.printError(said);
  }
  if (config === undefined || !isGood(checked)) return;
  const counts = {
    ports: config.ports.length,
    devices: config.devices.length,
    destinations: config.destinations.length,
  };
  terminal.print(
    found.length === 0 ? say.checkGood({ file, ...counts }) : say.checkNoted({ file, notes: found.length, ...counts }),
  );
}

function contactText(contact: Contact): Text {
  const { isThere, what } = contact;
  if ('port' in contact) return (isThere ? say.portFound : say.portFailed)({ port: contact.port, what });
  return (isThere ? say.contactFound : say.contactFailed)({ destination: contact.destination, what });
}

/** For programs: a fault or note has its line, its code, and both languages. */
function asJson(checked: Checked): unknown {
  const { file, found, otherwise, contacts } = checked;
  return {
    file,
    good: isGood(checked),
    findings: [
      ...found.map(({ severity, line, what, mend }) => ({ severity, line, what, mend })),
      ...otherwise.map((what) => ({ severity: 'fault', what })),
    ],
    ...(contacts.length > 0 && { contacts }),
  };
}

/** Loads each codec as the gateway would, without calling its functions. */
async function faultsOfCodecs(file: string, { lorawanProfiles }: Config, terminal: Terminal): Promise<readonly Text[]> {
  const runner = runnerForCodecs(terminal);
  const faults: Text[] = [];
  try {
    for (const { name: profile, codecFile } of lorawanProfiles.values()) {
      const why = codecFile === undefined ? undefined : await faultOf(codecFile, runner);
      if (why !== undefined) faults.push(say.codecFault({ file, profile, why }));
    }
  } finally {
    await runner.close();
  }
  return faults;
}

async function faultOf(codecFile: string, runner: CodecRunner): Promise<Text | undefined> {
  try {
    const failed = await runner.check(readCodec(codecFile), 'check');
    return failed && say.codecCannotRun({ why: failed.detail });
  } catch (fault) {
    return textOf(fault);
  }
}
