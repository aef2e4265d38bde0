import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.orion', {
  slow: { en: 'It answers late', ja: '応答が遅い' },
  late: { en: 'How late', ja: '遅れ' },
  hang: { en: 'It never answers', ja: '応答しない' },
  away: { en: 'Its port is closed', ja: 'ポートが閉じている' },
  status: { en: 'It stores nothing and answers with this status', ja: '何も保存せず、この状態コードで応答する' },
  code: { en: 'HTTP status', ja: 'HTTP状態コード' },
  partial: {
    en: 'Of each update some entities are not stored, and it says so',
    ja: '更新の一部のエンティティを保存せず、その旨を応答する',
  },
  shareOfEntities: { en: 'Share of entities, at least one', ja: 'エンティティに対する割合（最低1件）' },
  expiredToken: { en: 'Every token it gave has expired', ja: '発行済みのトークンがすべて失効する' },
});
