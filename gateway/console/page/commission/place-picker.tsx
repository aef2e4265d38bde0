/**
 * Where the device is: by the phone's satellites, or typed. `map`: a map to tap on, given what is chosen; absent where there is none.
 */
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { foreign, type Text } from '../../../../shared/text.ts';
import { useLanguage } from '../surroundings.tsx';
import { TextField } from './fields.tsx';
import { say } from './words.ts';

/** Degrees as typed; "" if none. */
export interface Place {
  readonly lat: string;
  readonly lon: string;
}

export interface PlaceMap {
  readonly place: Place;
  choose(place: Place): void;
}

interface PlacePickerOptions extends PlaceMap {
  readonly map?: ComponentType<PlaceMap> | undefined;
}

/** 6 decimals of a degree are 0.1 m. */
const decimals = 6;
/** A river's other bank is no nearer. */
const goodM = 20;
const waitMs = 30_000;

export function PlacePicker({ place, choose, map: PlaceMap }: PlacePickerOptions) {
  const language = useLanguage();
  const [isLocating, setIsLocating] = useState(false);
  const [said, setSaid] = useState<Text>();
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const locate = () => {
    // Absent where the page does not come by HTTPS, whatever its type says.
    const satellites = navigator.geolocation as Geolocation | undefined;
    if (satellites === undefined) return setSaid(say.noGps({ why: say.noGpsHere() }));
    setIsLocating(true);
    setSaid(undefined);
    const tell = (text: Text) => {
      if (!isShown.current) return false;
      setIsLocating(false);
      setSaid(text);
      return true;
    };
    satellites.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => {
        const metres = Math.max(1, Math.round(accuracy));
        if (tell((metres > goodM ? say.roughly : say.accurateTo)({ metres })))
          choose({ lat: latitude.toFixed(decimals), lon: longitude.toFixed(decimals) });
      },
      ({ message }) => void tell(say.noGps({ why: foreign(message) })),
      { enableHighAccuracy: true, timeout: waitMs, maximumAge: 0 },
    );
  };
  return (
    <fieldset class="place-picker">
      <legend class="unseen">{say.placeStep()[language]}</legend>
      <button type="button" disabled={isLocating} onClick={locate}>
        {(isLocating ? say.locating : say.useGps)()[language]}
      </button>
      <p role="status">{said?.[language]}</p>
      {PlaceMap !== undefined && <PlaceMap place={place} choose={choose} />}
      <TextField
        label={say.latitude()}
        value={place.lat}
        change={(lat) => choose({ ...place, lat })}
        mode="decimal"
        isOptional
      />
      <TextField
        label={say.longitude()}
        value={place.lon}
        change={(lon) => choose({ ...place, lon })}
        mode="decimal"
        isOptional
      />
    </fieldset>
  );
}
