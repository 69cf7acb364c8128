import { expect } from "chai";
import { ownAddresses } from "../../cluster/own-addresses.ts";
import { defaultRoleOptions } from "../../cluster/role-options.ts";

const everywhere = { ...defaultRoleOptions, bind: "0.0.0.0:7421" };

async function failureOf(options: Partial<Parameters<typeof ownAddresses>[0]>): Promise<string> {
  return await ownAddresses({ ...everywhere, ...options }).then(
    ({ address }) => address,
    (error: Error) => error.message,
  );
}

describe("where a role is reached", () => {
  it("is where it listens, in numbers", async () => {
    const found = await ownAddresses({ ...everywhere, bind: "localhost:5" });
    expect(found).to.deep.equal({ bind: "127.0.0.1:5", address: "127.0.0.1:5" });
  });

  it("is the interface that reaches the group, when it listens on every address", async () => {
    const { address } = await ownAddresses({ ...everywhere, interface: "127.0.0.5" });
    expect(address).to.equal("127.0.0.5:7421");
  });

  it("is never that of every address", async () => {
    expect(await failureOf({ interface: "0.0.0.0" })).to.not.include("0.0.0.0");
  });

  it("is by the way to its peers where there is no multicast, whatever the interface", async () => {
    const options = { ...everywhere, hasMulticast: false, interface: "127.0.0.5", peers: ["127.0.0.1:7411"] };
    expect(await ownAddresses(options)).to.deep.include({ address: "127.0.0.1:7421" });
  });

  it("is what it advertises, when others can reach that", async () => {
    expect(await ownAddresses({ ...everywhere, advertise: "localhost:9" })).to.deep.include({ address: "127.0.0.1:9" });
    expect(await failureOf({ advertise: "0.0.0.0:9" }))
      .to.include("--advertise")
      .and.include("others can reach");
    expect(await failureOf({ advertise: "nowhere.invalid:9" })).to.include("nobody knows that host");
  });
});
