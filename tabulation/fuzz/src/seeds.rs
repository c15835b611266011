//! Small valid files of every format, to start from.

use tabulation::format::Kind;

/// Files of a format, each of which its reader takes.
pub fn seeds(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Blt => &[
            "3 2\n-2\n[tie 3 1 2]\n26 1 2 0\n7 2=3 1 0\n1 3 - 1 0\n0\n\"Ann\"\n\"Ben \"\"B\"\"\"\n\"Cleo\"\n\"Title\"\n",
            "2 1 # two\r\n3 1 0\r\n0\r\nAnn\r\nBen\r\n",
        ],
        Kind::Abif => &[
            "# c\n{\"title\": \"Board\"}\n{seats: 2}\n=A:[Ann]\n=B:[Ben \"B\" Ox]\n27: A>B # x\n3*A=B\n2:[Cleo D]>A\n1:\n",
            "=A:[Ann]\n=B:[Ben]\n27: A/5, B/2\n3: B/5>A/0\n1: A/1=B/1\n2:\n",
            "{\"ballot_type\": \"choose_many\"}\n4: A,B\n1: C\n2:\n",
        ],
        Kind::Soc => &[
            "# TITLE: T\n# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 15\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Ben\n# ALTERNATIVE NAME 3: Cleo\n13: 1,2,3\n2: 3, 1, 2\n",
        ],
        Kind::Soi => &[
            "# DATA TYPE: soi\n# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Ben\n13: 1\n2: 2,1\n",
        ],
        Kind::Toc => &[
            "# DATA TYPE: toc\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Ben\n# ALTERNATIVE NAME 3: Cleo\n13: 1,{2,3}\n2: {3,1},2\n",
        ],
        Kind::Toi => &[
            "# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Ben\n# ALTERNATIVE NAME 3: Cleo\n13: {1,3}\n2: 3\n",
        ],
        Kind::Cat => &[
            "# NUMBER ALTERNATIVES: 3\n# NUMBER CATEGORIES: 2\n# CATEGORY NAME 1: Yes\n# CATEGORY NAME 2: No\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Ben\n# ALTERNATIVE NAME 3: Cleo\n13: 1,{2,3}\n2: {},{1,2}\n",
            "# NUMBER ALTERNATIVES: 2\n# NUMBER CATEGORIES: 4\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Ben\n13: 1,{},2,{}\n2: {},{1,2},{},{}\n",
        ],
        Kind::ElektoCsv => {
            &["Ann,\"Ben, B\",Cleo\n1,2,No opinion\n3,3,1\nNo opinion,No opinion,No opinion\n"]
        }
        Kind::RctabCsv => &[
            "rank1,rank2,rank3\nAnn,\"Ben, B\",\n,Ann,\n,,\n\"Ben, B\",,Ann\n",
            "rank1,rank2,rank3\nAnn,overvote,Ben\nundervote,Ann,Ann\nBen,,Ann\n",
        ],
        Kind::NistJson => &[
            r#"{"@type":"CVR.CastVoteRecordReport","Version":"1.0.0","CVR":[{"CurrentSnapshotId":"a","CVRSnapshot":[{"@id":"a","Type":"original","CVRContest":[{"ContestId":"contest","CVRContestSelection":[{"ContestSelectionId":"s1","Rank":1,"SelectionPosition":[{"HasIndication":"yes","NumberVotes":1}]},{"ContestSelectionId":"s2","SelectionPosition":[{"HasIndication":"yes","IsAllocable":"yes","NumberVotes":1,"Rank":3}]}]}]}],"ElectionId":"e"}],"Election":[{"@id":"e","Candidate":[{"@id":"c1","Name":"Ann"}],"Contest":[{"@id":"contest","@type":"CVR.CandidateContest","Name":"T","NumberElected":2,"VoteVariation":"rcv","ContestSelection":[{"@id":"s1","CandidateIds":["c1"]},{"@id":"s2"}]}]}]}"#,
            r#"{"Election":[{"Contest":[{"@id":"m","@type":"CVR.BallotMeasureContest","ContestSelection":[{"@id":"y","Selection":"Yes"},{"@id":"n","Selection":"No"}]}]}],"CVR":[{"CurrentSnapshotId":"a","CVRSnapshot":[{"@id":"a","CVRContest":[{"ContestId":"m","CVRContestSelection":[{"ContestSelectionId":"n","SelectionPosition":[{"HasIndication":"yes","NumberVotes":1}]}]}]}]}]}"#,
        ],
        Kind::NistXml => &[
            "<?xml version=\"1.0\"?>\n<c:CastVoteRecordReport xmlns:c=\"u\" xmlns:xsi=\"v\">\n<c:CVR><c:CurrentSnapshotId>a</c:CurrentSnapshotId><c:CVRSnapshot ObjectId=\"a\"><c:CVRContest><c:ContestId>contest</c:ContestId><c:CVRContestSelection><c:ContestSelectionId>s1</c:ContestSelectionId><c:SelectionPosition><c:HasIndication>yes</c:HasIndication><c:NumberVotes>3</c:NumberVotes></c:SelectionPosition></c:CVRContestSelection></c:CVRContest></c:CVRSnapshot></c:CVR>\n<c:Election ObjectId=\"e\"><c:Candidate ObjectId=\"c1\"><c:Name>Ann &amp; Co &#66;</c:Name></c:Candidate><c:Contest ObjectId=\"contest\" xsi:type=\"c:CandidateContest\"><c:ContestSelection ObjectId=\"s1\"><c:CandidateIds>c1</c:CandidateIds></c:ContestSelection><c:ContestSelection ObjectId=\"s2\"/><c:Name>T</c:Name><c:VoteVariation>range</c:VoteVariation><c:NumberElected>1</c:NumberElected></c:Contest></c:Election>\n</c:CastVoteRecordReport>\n",
        ],
        Kind::Debian => {
            &["x\n  Option 1----->: Ann\n /  Option 2---->: None\n |/\nV: 2- \tabc\nV: 11\n"]
        }
        Kind::Json => &[
            "{\"title\":\"T\",\"seats\":2,\"options\":[\"Ann\",{\"id\":\"ben\",\"name\":\"Ben\"}],\"withdrawn\":[1],\"tie_order\":[1,0],\"ballots\":[\n{\"selection\":{\"ranking\":[[1],[0]]},\"heads\":3,\"weight\":5},\n{\"selection\":{\"ranking\":[]}}]}",
            "{\"options\":[],\"ballots\":[{\"selection\":{\"choice\":\"yes\"},\"heads\":2},{\"selection\":{\"choice\":\"abstain\"}}]}",
            "{\"options\":[\"Ann\",\"Ben\"],\"ballots\":[{\"selection\":{\"chosen\":[0,1]},\"heads\":2},{\"selection\":{\"chosen\":[]}}]}",
            "{\"options\":[\"Ann\",\"Ben\"],\"ballots\":[{\"selection\":{\"scores\":[[0,5],[1,0]]},\"heads\":2},{\"selection\":{\"scores\":[]}}]}",
        ],
    }
}
