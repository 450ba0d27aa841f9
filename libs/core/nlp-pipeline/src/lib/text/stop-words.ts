/** English words that say nothing by themselves: they neither begin nor end a phrase. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above across after again against all almost alone along already also although always am among an and another any anybody anyone anything anywhere are around as at ' +
    'away back be became because become been before behind being below between both but by ca can cannot could did do does doing done down during each either else enough even ever ' +
    'every everybody everyone everything everywhere few for from further gave get gets give given go goes going gone got had has have having he her here hers herself him himself his ' +
    'how however i if in indeed instead into is it its itself just keep kept last least less let like made make makes many may maybe me might mine more moreover most much must my ' +
    "myself n't n’t near neither never next no nobody none nor not nothing now nowhere of off often on once one only onto or other others our ours ourselves out over own per perhaps " +
    "put quite rather really said same say says see seem seemed seems several shall she should since so some somebody someone something sometimes somewhere still such take than that " +
    "the their theirs them themselves then there therefore these they this those though through throughout thus to together too toward towards under until up upon us used very via was " +
    "we well went were what whatever when whenever where whether which while who whole whom whose why will with within without wo would yet you your yours yourself yourselves " +
    "'s 're 've 'll 'd 'm ’s ’re ’ve ’ll ’d ’m"
  ).split(' '),
);
