import { sentences } from '../../../shared/text.ts';

export const say = sentences('broker', {
  wrongLogin: {
    en: 'the client at {from} gave a wrong user name or password, or no certificate that is known',
    ja: '{from} のクライアントは、ユーザー名またはパスワードが違うか、登録された証明書を示していません',
  },
  tooManyClients: {
    en: 'the client at {from} is one more than {max} (max-clients allows more)',
    ja: '{from} のクライアントで{max}台を超えました（max-clients で増やせます）',
  },
  wrongVersion: {
    en: 'the client at {from} speaks MQTT {version}: set it to 3.1.1, or let a broker that speaks it (Mosquitto) take its messages and name that with url',
    ja: '{from} のクライアントはMQTT {version} です。機器を 3.1.1 に設定するか、対応するブローカー（Mosquittoなど）を用意して url で指定してください',
  },
  notMqtt: {
    en: 'what {from} sends is not MQTT without TLS ({why})',
    ja: '{from} からの通信は、TLSなしのMQTTではありません（{why}）',
  },
  packetTooLong: {
    en: 'a packet of more than {max} bytes (max-message allows more)',
    ja: '{max}バイトを超えるパケットです（max-message で大きくできます）',
  },
  loginTooLong: { en: 'a login of more than {max} bytes', ja: '{max}バイトを超えるログインです' },
  notAllowed: {
    en: 'the user {user} may not publish to {topic}',
    ja: 'ユーザー {user} は {topic} に送信できません',
  },
});
