/** rig run: devices, gateway and city OS as the file has them, a table of how they are, and the verdict. */
import { writeFileSync } from 'node:fs';
import { ownWire, type RigPlan } from '../../../simulators/rig/plan.ts';
import type { Verdict } from '../../../simulators/rig/verdict/verdict.ts';
import { unwritable } from '../../machine/whole-file.ts';
import { serveRig } from '../../rig/control-server.ts';
import { sumOf } from '../../rig/counts.ts';
import { openRig, type Rig } from '../../rig/open-rig.ts';
import { junitOf, outcomeOf } from '../../rig/report.ts';
import { hanging } from '../../words/layout.ts';
import { stopSignal, type Terminal } from '../terminal.ts';
import { numberOf, oneOfWords, wholeNumberOf } from '../values.ts';
import type { Called } from '../verb.ts';
import type { runRigUsage } from '../verbs/rig.ts';
import { say } from '../words/rig.ts';
import { loadRig } from './read-rig.ts';
import { recordingTap } from './record.ts';
import { EventLines, rigTable } from './table.ts';

type Options = Called<typeof runRigUsage>['options'];

const lookEveryMs = 1_000;
const tellEveryMs = 10_000;

export async function runRig({ args, options, terminal }: Called<typeof runRigUsage>): Promise<number> {
  const file = loadRig(args.rig, terminal);
  if (file === undefined) return 1;
  const plan = changed(file, options);
  if (options.junit !== undefined) writeReport(options.junit, ''); // told now, not when the rig has run
  const stop = stopSignal();
  const recording = options.record === undefined ? undefined : await recordingTap(options.record, plan);
  const rig = await openRig(plan, {
    report: (what) => terminal.printError(what),
    ...(recording && { tap: recording.tap }),
  });
  const isQuiet = options.json;
  const control = plan.rig.clock === 'virtual' ? undefined : await serveRig(rig, plan.path(plan.rig.folder));
  try {
    if (!isQuiet) tellWhere(rig, control?.url, terminal);
    await rig.start(stop);
    await watched(rig, stop, terminal, isQuiet);
    if (stop.aborted) {
      terminal.printError(say.stopped());
      return 1;
    }
    if (!isQuiet) terminal.printError(say.settles());
    await rig.settle();
    const verdict = await rig.verdict();
    tellOutcome(rig, verdict, options, terminal);
    return verdict.ok ? 0 : 1;
  } finally {
    await control?.close();
    await rig.close();
    await recording?.close();
  }
}

function changed(plan: RigPlan, { seconds, seed, wires }: Options): RigPlan {
  const rig = {
    ...plan.rig,
    ...(seconds !== undefined && { durationMs: numberOf('--seconds', seconds) * 1000 }),
    ...(seed !== undefined && { seed: wholeNumberOf('--seed', seed, 0, 2 ** 32 - 1) }),
  };
  if (wires === undefined) return { ...plan, rig };
  const kind = oneOfWords('--wires', wires, ['pty', 'tcp']);
  const own = new Set(plan.ownWires);
  const changedWires = plan.wires.map((wire) => (own.has(wire.name) ? ownWire(wire.name, kind) : wire));
  return { ...plan, rig: { ...rig, wires: kind }, wires: changedWires };
}

function tellWhere({ bench, plan }: Rig, url: string | undefined, terminal: Terminal): void {
  if (plan.gateway === undefined) {
    for (const [wire, { path }] of bench.wires) terminal.print(say.opened({ wire, path }));
    terminal.printError(say.waiting());
  }
  if (url !== undefined) terminal.printError(say.control({ url }));
  terminal.printError(say.runs({ seconds: plan.rig.durationMs / 1000 }));
}

/** Until the devices have sent for as long as they should. On a terminal with a table, else with a line now and then. */
async function watched(rig: Rig, stop: AbortSignal, terminal: Terminal, isQuiet: boolean): Promise<void> {
  const events = new EventLines(rig, terminal);
  const isScreen = process.stdout.isTTY === true;
  const all = rig.plan.rig.durationMs / 1000;
  const progress = () => terminal.printError(say.progress({ now: Math.round(rig.seconds), all, ...countsOf(rig) }));
  let toldAtMs = performance.now();
  const show = () => {
    if (isScreen) return terminal.draw(rigTable(rig, terminal));
    events.tell();
    const isLast = rig.seconds + lookEveryMs / 1000 > all;
    if (isLast || performance.now() - toldAtMs < tellEveryMs) return;
    toldAtMs = performance.now();
    progress();
  };
  const showing = isQuiet ? undefined : setInterval(show, lookEveryMs);
  await rig.pass(rig.plan.rig.durationMs, stop);
  clearInterval(showing);
  if (isQuiet || stop.aborted) return;
  show();
  if (isScreen)
    terminal.write(''); // below the table
  else progress();
}

function countsOf(rig: Rig): { readonly sent: number; readonly stored: number } {
  const sent = sumOf([...rig.accounts.sent().values()].map((kinds) => sumOf(kinds.values())));
  return { sent, stored: sumOf(rig.accounts.stored().cities.values()) };
}

function tellOutcome(rig: Rig, verdict: Verdict, options: Options, terminal: Terminal): void {
  const outcome = outcomeOf(rig, verdict, terminal.language);
  if (options.junit !== undefined) writeReport(options.junit, junitOf(outcome));
  if (options.json) {
    terminal.writeJson(JSON.stringify(outcome));
    return;
  }
  for (const { ok, expected, measured, hint } of verdict.outcomes) {
    const told = ok ? say.cameTrue({ expected, measured }) : say.didNot({ expected, measured });
    for (const line of hanging('', told[terminal.language], terminal.columns)) terminal.write(line);
    if (!ok && hint !== undefined) terminal.print(say.hint({ hint }));
  }
  const count = verdict.outcomes.filter(({ ok }) => !ok).length;
  const all = verdict.outcomes.length;
  if (all === 0) terminal.print(say.noExpectations(countsOf(rig)));
  else if (count > 0) terminal.print(say.someNot({ count, all }));
  else terminal.print(all === 1 ? say.onlyOneTrue() : say.allTrue({ count: all }));
}

/** Throws a MachimoriError "file-unwritable". */
function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}
