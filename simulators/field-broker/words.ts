import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.field-broker', {
  away: { en: 'Its port is closed', ja: 'ポートが閉じている' },
  dropClients: { en: 'It closes every connection', ja: 'すべての接続を切る' },
  smallPackets: {
    en: 'It closes the connection of a client that sends a larger message',
    ja: 'これより大きなメッセージを送るクライアントの接続を切る',
  },
  largest: { en: 'The largest message', ja: 'メッセージの上限' },
});
