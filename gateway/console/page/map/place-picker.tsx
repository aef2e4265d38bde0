/** Chooses a place: a touch on the map, the degrees as they are typed or nudged by the arrow keys, or where this device is. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { numberText } from '../format.ts';
import { Done, Trouble } from '../parts.tsx';
import { useLanguage, useLive } from '../surroundings.tsx';
import { Ground } from './ground.tsx';
import type { GroundOptions } from './ground-map.ts';
import { whereThisIs } from './phone-position.ts';
import type { PickerMap } from './picker-map.ts';
import { boundsOf, type Place, placeOf } from './spots.ts';
import { say } from './words.ts';

export interface PlacePickerProps {
  /** WGS 84 degrees; both or none. */
  readonly lat?: number | undefined;
  readonly lon?: number | undefined;
  /** With 6 decimals, which are 0.1 m. */
  readonly change: (lat: number, lon: number) => void;
}

/** About a metre. */
const nudge = 0.00001;

export function PlacePicker({ lat, lon, change }: PlacePickerProps) {
  const language = useLanguage();
  const place = placeOf({ lat, lon });
  const nearby = useLive(({ status }) => status?.devices);
  /** A place only once both are there. */
  const [typed, setTyped] = useState<Partial<Place>>({});
  const map = useRef<PickerMap | undefined>(undefined);
  const latest = useRef({ place, change });
  latest.current = { place, change };
  const pick = ({ lat, lon }: Place) => {
    const wrapped = ((((lon + 180) % 360) + 360) % 360) - 180; // a map goes around the world
    latest.current.change(rounded(lat), rounded(wrapped));
  };
  useEffect(() => {
    if (place !== undefined) map.current?.show(place);
  }, [lat, lon]);
  const open = async (options: GroundOptions) => (await import('./picker-map.ts')).openPickerMap({ ...options, pick });
  const opened = (drawn: PickerMap | undefined) => {
    map.current = drawn;
    const { place: now } = latest.current;
    const others = Object.values(nearby ?? {}).flatMap((device) => placeOf(device.place) ?? []);
    drawn?.view(boundsOf(now === undefined ? others : [now]));
    if (now !== undefined) drawn?.show(now);
  };
  const type = (next: Partial<Place>) => {
    const both = { ...typed, ...place, ...next };
    setTyped(both);
    const whole = placeOf(both);
    if (whole !== undefined) pick(whole);
  };
  const goTo = (found: Place) => {
    pick(found);
    map.current?.goTo(found);
  };
  return (
    <div class="picker">
      <p class="small">{say.pickHint()[language]}</p>
      <Ground label={say.pickMap()} open={open} opened={opened} />
      <div class="degrees">
        <Degrees name={say.lat()} bound={90} value={lat ?? typed.lat} set={(next) => type({ lat: next })} />
        <Degrees name={say.lon()} bound={180} value={lon ?? typed.lon} set={(next) => type({ lon: next })} />
      </div>
      <UsePhone found={goTo} />
    </div>
  );
}

function rounded(degrees: number): number {
  return Number(degrees.toFixed(6));
}

interface DegreesProps {
  readonly name: Text;
  readonly bound: number;
  readonly value: number | undefined;
  readonly set: (value: number) => void;
}

function Degrees({ name, bound, value, set }: DegreesProps) {
  const language = useLanguage();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{name[language]}</label>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        min={-bound}
        max={bound}
        step="any"
        value={value ?? ''}
        onKeyDown={(event) => {
          const by = { ArrowUp: nudge, ArrowDown: -nudge }[event.key];
          if (by === undefined || value === undefined) return;
          event.preventDefault();
          if (Math.abs(value + by) <= bound) set(value + by);
        }}
        onChange={({ currentTarget: { valueAsNumber } }) => {
          if (Math.abs(valueAsNumber) <= bound) set(valueAsNumber);
        }}
      />
    </div>
  );
}

function UsePhone({ found }: { readonly found: (place: Place) => void }) {
  const language = useLanguage();
  const [isBusy, setIsBusy] = useState(false);
  const [done, setDone] = useState<Text>();
  const [trouble, setTrouble] = useState<Text>();
  const locate = async () => {
    setIsBusy(true);
    setDone(undefined);
    const position = await whereThisIs();
    setIsBusy(false);
    setTrouble(position.trouble);
    if (position.place === undefined) return;
    setDone(say.located({ metres: numberText(position.place.accuracyM, 0) }));
    found(position.place);
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => void locate()}>
        {(isBusy ? say.locating : say.usePhone)()[language]}
      </button>
      <Done text={done} />
      <Trouble text={trouble} />
    </>
  );
}
