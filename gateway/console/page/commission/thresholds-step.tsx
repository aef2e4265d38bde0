/** The warning levels of a river, as lines in its cross-section while they are typed. */

import { useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { RIVER_LEVELS } from '../levels.ts';
import { useLanguage, useLive } from '../surroundings.tsx';
import { say as page } from '../words.ts';
import { thresholdsOf } from './changes.ts';
import { CrossSection } from './cross-section.tsx';
import type { StepOptions } from './draft.ts';
import { Mistakes, TextField } from './fields.tsx';
import { isNumber, mistakesOfLevels } from './mistakes.ts';
import { say } from './words.ts';

export function ThresholdsStep({ draft, change, next }: StepOptions) {
  const language = useLanguage();
  const waterM = useLive(({ status }) => status?.devices[draft.id]?.last?.values.level);
  const [isAsked, setIsAsked] = useState(false);
  const mistakes = mistakesOfLevels(draft);
  const go = (event: Event) => {
    event.preventDefault();
    setIsAsked(true);
    if (mistakes.length === 0) next();
  };
  const enter = (at: number, text: string) => {
    const levels = draft.levels.map((each, i) => (i === at ? text : each)) as unknown as typeof draft.levels; // as many as before
    change({ levels });
  };
  const drawn = thresholdsOf(draft).filter(({ raise }) => !Number.isNaN(raise));
  return (
    <form onSubmit={go} autocomplete="off" noValidate>
      <p>{say.thresholdsLead()[language]}</p>
      <CrossSection
        thresholds={drawn}
        sensorM={isNumber(draft.mountingHeight) ? Number(draft.mountingHeight) : undefined}
        waterM={typeof waterM === 'number' ? waterM : undefined}
      />
      <div class="levels">
        {RIVER_LEVELS.map(({ level, alarm }, i) => (
          <TextField
            key={level}
            label={label(level, alarm)}
            value={draft.levels[i] ?? ''}
            change={(text) => enter(i, text)}
            mode="decimal"
            isOptional
          />
        ))}
      </div>
      <TextField
        label={say.clearBelow()}
        value={draft.clearBelow}
        change={(clearBelow) => change({ clearBelow })}
        mode="decimal"
      />
      {/* Said at once while the lines are moved, and again when it is asked to go on. */}
      <Mistakes key={String(isAsked)} found={mistakes} />
      <button type="submit" class="main">
        {say.next()[language]}
      </button>
    </form>
  );
}

/** The river's own names are Japanese in every language, as the alarms are called. */
function label(level: number, name: string): Text {
  return page.levelAndName({ level, name });
}
