/** The language of the page: the one chosen, or else the browser's. */
import { LANGUAGES, type Language } from '../../../shared/text.ts';

const KEY = 'language';

export function chosenLanguage(): Language {
  const wanted = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2);
  return LANGUAGES.find((language) => language === wanted) ?? 'en';
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}

export function forgetLanguage(): void {
  localStorage.removeItem(KEY);
}
