/** A map's place on a page: loads what draws it, says so if the browser cannot, and names where the tiles come from. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../../../shared/text.ts';
import { foreign, type Text } from '../../../../shared/text.ts';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import type { GroundOptions } from './ground-map.ts';
import './map.css';
import { say } from './words.ts';

const GSI_HOST = 'cyberjapandata.gsi.go.jp';
const GSI_ABOUT = 'https://maps.gsi.go.jp/development/ichiran.html';

interface Shown {
  destroy(): void;
}

export interface GroundProps<T extends Shown> {
  readonly label: Text;
  /** Draws the map, and throws if the browser cannot. */
  readonly open: (options: GroundOptions) => Promise<T>;
  /** The map as it is drawn, or undefined once it no longer is. */
  readonly opened: (map: T | undefined) => void;
}

export function Ground<T extends Shown>({ label, open, opened }: GroundProps<T>) {
  const language = useLanguage();
  const { tiles } = useSignedIn().door.session;
  const host = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'opening' | 'drawn' | 'cannot'>('opening');
  const [isWithoutTiles, setIsWithoutTiles] = useState(false);
  const latest = useRef({ open, opened });
  latest.current = { open, opened };
  const spoken = label[language];
  useEffect(() => {
    let isWanted = true;
    let map: T | undefined;
    const begin = async () => {
      const { current: container } = host;
      if (container === null) return;
      const around = { host: container, tiles: tiles ?? '', language, label: spoken, tilesFailed: setIsWithoutTiles };
      map = await latest.current.open(around);
      if (!isWanted) return map.destroy();
      setState('drawn');
      latest.current.opened(map);
    };
    begin().catch(() => setState('cannot'));
    return () => {
      isWanted = false;
      latest.current.opened(undefined);
      map?.destroy();
    };
  }, [tiles, language, spoken]);
  return (
    <div class="ground">
      <div class="drawn" ref={host} hidden={state === 'cannot'} />
      {state === 'opening' && <p class="small">{say.drawing()[language]}</p>}
      {state === 'cannot' && <p class="notice">{say.noDrawing()[language]}</p>}
      {state !== 'cannot' && <Attribution tiles={tiles ?? ''} language={language} isMissing={isWithoutTiles} />}
    </div>
  );
}

interface AttributionProps {
  readonly tiles: string;
  readonly language: Language;
  readonly isMissing: boolean;
}

function Attribution({ tiles, language, isMissing }: AttributionProps) {
  const host = tiles === '' ? '' : new URL(tiles.replaceAll(/[{}]/g, '')).host;
  return (
    <p class="small attribution">
      {host === '' && say.noTiles()[language]}
      {host === GSI_HOST && (
        <a class="touch" href={GSI_ABOUT} target="_blank" rel="noreferrer">
          {say.gsiTiles()[language]}
        </a>
      )}
      {host !== '' && host !== GSI_HOST && say.tilesOf({ host: foreign(host) })[language]}
      {host !== '' && isMissing && <span role="status"> {say.tilesFailed()[language]}</span>}
    </p>
  );
}
