/** What the first view needs: the rest is loaded with the map. */
import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-map-titles', {
  map: { en: 'Map', ja: '地図' },
  walk: { en: 'Walking test', ja: '歩行受信テスト' },
  onMap: { en: 'On the map', ja: '地図で見る' },
});
