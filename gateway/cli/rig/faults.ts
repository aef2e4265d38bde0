import { FAULT_LISTS } from '../../../simulators/fault-list.ts';
import { hanging } from '../../words/layout.ts';
import type { Called } from '../verb.ts';
import type { rigFaultsUsage } from '../verbs/rig.ts';
import { say } from '../words/rig.ts';

export async function rigFaults({ options, terminal }: Called<typeof rigFaultsUsage>): Promise<number> {
  const { language, columns } = terminal;
  if (options.json) {
    for (const { of, kinds } of FAULT_LISTS)
      for (const kind of kinds) terminal.writeJson(JSON.stringify({ of: of[language], ...kind }));
    return 0;
  }
  for (const [i, { of, kinds }] of FAULT_LISTS.entries()) {
    if (i > 0) terminal.write('');
    terminal.print(say.ofKind({ of }));
    for (const { name, meaning, isMomentary, parameters = {} } of kinds) {
      const told = say.faultLine({ name, meaning: isMomentary ? say.once({ meaning }) : meaning });
      for (const line of hanging('  ', told[language], columns)) terminal.write(line);
      for (const [parameter, { meaning, default: value }] of Object.entries(parameters)) {
        const setting = say.parameterLine({ name: parameter, value, meaning });
        for (const line of hanging('      ', setting[language], columns)) terminal.write(line);
      }
    }
  }
  return 0;
}
