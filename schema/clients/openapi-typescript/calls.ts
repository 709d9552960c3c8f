// All six calls with openapi-fetch and the types that openapi-typescript made. Usage: calls.js URL

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./recentcontact.js";

type Schemas = components["schemas"];

const client = createClient<paths>({ baseUrl: process.argv[2]! });
const params = {
  query: {
    sdkappid: 1400000000,
    identifier: "administrator",
    usersig: "a-usersig",
    random: 4294967295,
    contenttype: "json",
  },
} as const;
const From_Account = "marta";

const user = (name: string): Schemas["ContactItem"] => ({ Type: 1, To_Account: name });
const chat = (name: string): Schemas["ContactItem"] => ({ Type: 2, ToGroupId: name });

/** The answer of success, or an error. The compiler knows the members of each by ActionStatus. */
function success<Answer extends { ActionStatus: "OK" | "FAIL" }>(reply: {
  data?: Answer;
}): Extract<Answer, { ActionStatus: "OK" }> {
  assert(reply.data);
  assert.equal(reply.data.ActionStatus, "OK", JSON.stringify(reply.data));
  return reply.data as Extract<Answer, { ActionStatus: "OK" }>;
}

const create = () =>
  client.POST("/v4/recentcontact/create_contact_group", {
    params,
    body: {
      From_Account,
      GroupContactItem: [{ GroupName: "Family", ContactItem: [user("jan"), chat("@TGS#1FAMILY")] }],
    },
  });
const created = success(await create()).GroupResultItem[0]!;
assert.equal(created.GroupItem.GroupId, 1);
const conversations = created.ResultItem.map(({ ContactItem, ResultCode }) => [
  ContactItem.Type === 1 ? ContactItem.To_Account : ContactItem.ToGroupId,
  ResultCode,
]);
assert.deepEqual(conversations, [["jan", 0], ["@TGS#1FAMILY", 0]]);

const taken = (await create()).data;
assert(taken?.ActionStatus === "FAIL");
assert.equal(taken.ErrorCode, 50002);
assert.match(taken.ErrorInfo, /^group-name-taken/);

const update = (UpdateGroup: Schemas["UpdateGroup"]) =>
  client.POST("/v4/recentcontact/update_contact_group", {
    params,
    body: { From_Account, UpdateType: 1, UpdateGroup },
  });
const renamed = success(
  await update({ UpdateGroupType: 1, OldGroupName: "Family", NewGroupName: "Home" }),
).UpdateGroupResult;
assert(renamed.UpdateGroupType === 1);
assert.equal(renamed.OldGroupName, "Family");
const updated = success(
  await update({
    UpdateGroupType: 2,
    OldGroupName: "Home",
    ContactUpdateItem: [
      { ContactOptType: 1, ContactItem: user("eva") },
      { ContactOptType: 2, ContactItem: user("jan") },
    ],
  }),
).UpdateGroupResult;
assert(updated.UpdateGroupType === 2);
assert.deepEqual(updated.ContactResultItem.map((item) => [item.ContactOptType, item.ResultCode]), [[1, 0], [2, 0]]);

const marked = success(
  await client.POST("/v4/recentcontact/mark_contact", {
    params,
    body: {
      From_Account,
      MarkItem: [
        { OptType: 1, ContactItem: user("eva"), SetMark: [1, 3] },
        { OptType: 2, ContactItem: chat("@TGS#1FAMILY"), CustomMark: "Sunday" },
      ],
    },
  }),
);
assert.deepEqual(marked.ResultItem.map((item) => [item.OptType, item.ResultCode]), [[1, 0], [2, 0]]);

const page = success(
  await client.POST("/v4/recentcontact/get_contact_group", { params, body: { From_Account, StartIndex: 0 } }),
);
assert.deepEqual([page.CompleteFlag, page.NextStartIndex], [1, 0]);
const rows = page.ContactItem.map((row) => [
  row.Type === 1 ? row.To_Account : row.ToGroupId,
  row.StandardMark,
  row.CustomMark,
]);
assert.deepEqual(rows, [["@TGS#1FAMILY", "", "Sunday"], ["eva", "101", undefined]]);

const found = success(
  await client.POST("/v4/recentcontact/search_contact_group", {
    params,
    body: { From_Account, ContactItem: [user("eva"), user("nobody")] },
  }),
);
assert.deepEqual(found.ContactResultItem.map((row) => row.ContactGroupId), [[1]]);

const remove = () =>
  client.POST("/v4/recentcontact/del_contact_group", { params, body: { From_Account, GroupName: ["Home"] } });
assert.equal(success(await remove()).GroupItem[0]!.GroupName, "Home");
const missing = (await remove()).data;
assert(missing?.ActionStatus === "FAIL");
assert.equal(missing.ErrorCode, 51009);

// What the compiler refuses.
// @ts-expect-error: an item of OptType 1 has numbers in SetMark
const words: Schemas["MarkItem"] = { OptType: 1, ContactItem: user("eva"), SetMark: ["1"] };
// @ts-expect-error: a group chat needs ToGroupId
const unnamed: Schemas["ContactItem"] = { Type: 2, To_Account: "eva" };
void [words, unnamed];
console.log("all six commands answered, and the answers were read");
