import { BlockList, isIP } from 'node:net';
import { peerAddress } from '../../../../gateway/http/peer-address';
import { ADDRESS_CLASS, networkOf, ONE_PLACE } from '../../../../gateway/request/address-class';
import { Choices, SEED } from '../../../support/choices';

test.each([
  ['203.0.113.77', '203.0.113.0/24', '203.0.113.77/32'],
  ['::1', '0:0:0::/48', '0:0:0:0::/64'],
  ['2001:db8:7:8:9:a:b:c', '2001:db8:7::/48', '2001:db8:7:8::/64'],
  ['2001:db8::9', '2001:db8:0::/48', '2001:db8:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0::/48', '64:ff9b:0:0::/64'],
])('%s is in the class %s and the place %s', (address, addressClass, place) => {
  expect(networkOf(address, ADDRESS_CLASS)).toBe(addressClass);
  expect(networkOf(address, ONE_PLACE)).toBe(place);
});

test(`an address is in its network, however it is written (seed ${SEED})`, () => {
  const choices = new Choices(SEED);
  const group = () =>
    choices.oneOf(
      () => '0',
      () => choices.upTo(65_535).toString(16),
    );
  const ipv6 = () => choices.several(8, 8, group).join(':');
  const ipv4 = () => choices.several(4, 4, () => choices.upTo(255)).join('.');
  for (let round = 0; round < 2_000; round += 1) {
    const address = peerAddress(choices.oneOf(ipv4, ipv6)) ?? '';
    for (const bits of [ADDRESS_CLASS, ONE_PLACE]) {
      const [network = '', prefix] = networkOf(address, bits).split('/');
      const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
      const list = new BlockList();
      list.addSubnet(network, Number(prefix), family);
      expect({ address, network, within: list.check(address, family) }).toEqual({ address, network, within: true });
    }
  }
});
