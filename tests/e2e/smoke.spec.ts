import { expect, test } from '../support/room-fixture.ts';

test('the demo room opens on its three runs', async ({ roomPage }) => {
  await expect(roomPage.getByTestId('run-row')).toHaveCount(3);
});
