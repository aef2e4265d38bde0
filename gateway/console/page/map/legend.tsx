/** What the signs of the map mean: the same pictures, with a word each. */
import { useMemo } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { useLanguage } from '../surroundings.tsx';
import { markName, pictureOf } from './images.ts';
import { spotKindName, spotKindSign, spotStateName } from './spot-texts.ts';
import { SPOT_KINDS, SPOT_STATES } from './spots.ts';
import { say } from './words.ts';

const LEVELS = [5, 4, 3, 2, 1] as const;

export function Legend() {
  const language = useLanguage();
  const rows = useMemo((): (readonly [image: string, Text])[] => {
    const other = say.otherSign()[language];
    return [
      ...LEVELS.map((level) => [markName('alarm', level, other), say.alarmLevel({ level })] as const),
      [markName('alarm', undefined, other), say.alarmWithout()],
      ...SPOT_STATES.filter((state) => state !== 'alarm' && state !== 'reporting').map(
        (state) => [markName(state, undefined, other), spotStateName(state)] as const,
      ),
      ...SPOT_KINDS.map(
        (kind) => [markName('reporting', undefined, spotKindSign(kind)[language]), spotKindName(kind)] as const,
      ),
      ['group|alarm|3|12', say.cluster()],
    ];
  }, [language]);
  return (
    <details class="legend">
      <summary>{say.legend()[language]}</summary>
      <ul>
        {rows.map(([image, text]) => (
          <li key={image}>
            <Sign name={image} />
            {text[language]}
          </li>
        ))}
        <li>
          <svg class="trail" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">
            <path d="M4 32 16 14 26 24 36 8" />
          </svg>
          {say.track()[language]}
        </li>
      </ul>
    </details>
  );
}

export function Sign({ name }: { readonly name: string }) {
  const picture = useMemo(() => pictureOf(name), [name]);
  return <img class="sign" src={picture} alt="" width="40" height="40" />;
}
