export { freePort } from '../../../gateway/rig/free-port.ts';
