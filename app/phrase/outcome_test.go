package phrase

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

func mended() app.Case {
	return app.Case{
		Stage:     app.Closed,
		Diagnosis: &twin.Diagnosis{Causes: []twin.Cause{{Class: "none", Probability: 0.99}}},
		Proposal: &twin.Proposal{Class: "close-door", Predicted: twin.Effect{
			Signal: "freezer-2/air-temperature", Low: -28.87, High: -17.97, Within: 20 * time.Minute}},
		Decision: &twin.Decision{Approved: true, By: "mina"},
		Outcome: &twin.Outcome{Result: twin.Verified, Observed: -18.12, After: 11*time.Minute + 4*time.Second,
			Detail: "freezer-2/air-temperature came to -18.12, within -28.87 to -17.97 as predicted"},
	}
}

func TestOutcomeIsToldWithItsFigures(t *testing.T) {
	undone := mended()
	undone.Outcome = &twin.Outcome{Result: twin.NoEffect, Observed: -9.5, After: 20 * time.Minute, RolledBack: true,
		Detail: "freezer-2/air-temperature did not come to -28.87 to -17.97 within 20m0s; the values before were restored"}
	refused := mended()
	refused.Outcome = &twin.Outcome{Result: twin.Refused, Detail: "close-door was set to shadow after the decision"}
	strange := mended()
	strange.Outcome = &twin.Outcome{Result: "melted", Detail: "who knows"}
	quiet := mended()
	quiet.Proposal.Because, quiet.Proposal.Predicted.Gone = "blocked-condenser", true
	quiet.Outcome = &twin.Outcome{Result: twin.Verified, Observed: 31.2, After: 25 * time.Minute, Detail: "blocked-condenser is perceived no more"}
	loud := mended()
	loud.Proposal.Because, loud.Proposal.Predicted.Gone = "blocked-condenser", true
	loud.Outcome = &twin.Outcome{Result: twin.NoEffect, Observed: 64.2, After: 30 * time.Minute, RolledBack: true,
		Detail: "blocked-condenser is still perceived after 30m0s; the values before were restored"}
	for name, x := range map[string]struct {
		c          app.Case
		lang       Language
		said, more string
	}{
		"no sign":    {quiet, English, "Verified: no more sign of a blocked condenser after 25 min", ""},
		"징후 없음":      {quiet, Korean, "효과 확인: 25분 만에 응축기 막힘 징후가 사라짐", ""},
		"signs":      {loud, English, "No effect: still signs of a blocked condenser after 30 min", "the values before were restored"},
		"징후":         {loud, Korean, "효과 없음: 30분 뒤에도 응축기 막힘 징후가 남음", "이전 값으로 되돌렸습니다"},
		"verified":   {mended(), English, "Verified: air temperature came to −18.1 °C after 11 min, as predicted", ""},
		"확인":         {mended(), Korean, "효과 확인: 11분 만에 공기 온도가 예측대로 −18.1 °C에 도달", ""},
		"no effect":  {undone, English, "No effect: air temperature was −9.5 °C after 20 min, not −28.9 °C to −18.0 °C as predicted", "the values before were restored"},
		"효과 없음":      {undone, Korean, "효과 없음: 20분 뒤 공기 온도가 −9.5 °C, 예측(−28.9 °C에서 −18.0 °C)을 벗어남", "이전 값으로 되돌렸습니다"},
		"refused":    {refused, English, "Not carried out: no longer allowed", "“close the door” was set to “Shadow” after the decision"},
		"unheard-of": {strange, English, "melted", "who knows"},
	} {
		said, more := speaker(t, x.lang).Outcome(x.c, twin.Signal{Unit: "°C"})
		said, more = strings.ReplaceAll(said, "\u202f", " "), strings.ReplaceAll(more, "\u202f", " ")
		if said != x.said || more != x.more {
			t.Errorf("%s: %q, %q\nwant %q, %q", name, said, more, x.said, x.more)
		}
	}
}

func TestACardTellsHowFarItsCaseIs(t *testing.T) {
	acting := mended()
	acting.Stage, acting.Outcome = app.Acting, nil
	denied := mended()
	denied.Stage, denied.Outcome, denied.Decision = app.Abandoned, nil, &twin.Decision{By: "mina"}
	helpless := mended()
	helpless.Outcome = &twin.Outcome{Result: twin.NoEffect}
	asked := mended()
	asked.Stage, asked.Outcome, asked.Decision = app.Proposed, nil, nil
	asked.Diagnosis = &twin.Diagnosis{Causes: []twin.Cause{{Class: "door-ajar", Probability: 0.96}}}
	unsure := asked
	unsure.Diagnosis = &twin.Diagnosis{Causes: []twin.Cause{{Class: "door-ajar", Probability: 0.89}}}
	for want, c := range map[string]app.Case{
		"Mended: close the door":                    mended(),
		"Closing the door; watching for the effect": acting,
		"Denied: close the door":                    denied,
		"Did not help: close the door":              helpless,
		"A door left ajar (96 %)":                   asked,
		"Probably a door left ajar (89 %)":          unsure,
		"Over by itself":                            {EndedAt: time.Unix(1, 0), Diagnosis: asked.Diagnosis},
	} {
		if got := strings.ReplaceAll(speaker(t, English).CaseSentence(c), "\u202f", " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFaithfulnessIsOneSentence(t *testing.T) {
	measured := []xai.Figure{{Name: "deletion_auc", Value: 0.06}, {Name: "deletion_auc_random", Value: 0.49}, {Name: "deletion_gain", Value: 0.43},
		{Name: "insertion_gain", Value: 0.45}, {Name: "additivity_error_max", Value: 2e-15}, {Name: "faithfulness_rows", Value: 400}}
	en := speaker(t, English)
	x := &xai.Explanation{Additive: true, Faithfulness: measured}
	want := "Bars add up exactly; on 400 test cases, taking away or giving back what they name first turns the verdict far sooner than in random order (by 0.43 of 1)"
	if got := en.Faithfulness(x); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	x = &xai.Explanation{Additive: true, Faithfulness: []xai.Figure{{Name: "deletion_gain", Value: 0.4}, {Name: "insertion_gain", Value: -0.1},
		{Name: "additivity_error_max", Value: 0.25}, {Name: "sway", Value: 0.5}}}
	if got := en.Faithfulness(x); !strings.Contains(got, "up to 0.25") || !strings.Contains(got, "no sooner") || !strings.HasSuffix(got, "; sway 0.50") {
		t.Errorf("an explanation that is not faithful reads %q", got)
	}
	if got := en.Faithfulness(&xai.Explanation{}); got != "" {
		t.Errorf("without figures it reads %q", got)
	}
}

func TestTheTwinsReasonsAreRetold(t *testing.T) {
	for in, want := range map[string]string{
		"freezer-2/air-temperature is stale":                                                                                    "공기 온도: 오래됨",
		"no remedy is known for fan-failure":                                                                                    "증발기 팬 고장에 대해 알려진 조치가 없습니다",
		"the write failed: timeout; the command is not repeated":                                                                "쓰기 실패: timeout; 명령을 반복하지 않습니다",
		"the model abstains: the cabinet is in defrost, which hides its state":                                                  "모델이 원인 판단을 보류함: 제상 중이라 상태를 알 수 없습니다",
		"the model abstains: air temperature is missing or stale: known for 3 min of the last 30":                               "모델이 원인 판단을 보류함: 공기 온도 값이 없거나 오래됨: 최근 30분 중 3분만 수신",
		"approve proposal c1/1: a guard forbids it: guard link-up: the link to the plant is lost":                               "안전 조건에 막혔습니다: 설비가 연결되어 있어야 함: 설비 연결이 끊겼습니다",
		"door open share is 91 %, above the highest seen in training (80)":                                                      "문 열림 시간 비율 91 %: 학습 범위의 최댓값(80)보다 높음",
		"climate-2/temperature reads 70.93 °C, while training knew 11.56 to 28.45 °C":                                           "온도 값이 70.93 °C. 학습 때는 11.56~28.45 °C 범위",
		"freezer-1/air-temperature has been at -4 °C for 20 min, beyond its bound of -16 °C, and the model tells nothing of it": "공기 온도 값이 20분 동안 -4 °C로 한계 -16 °C를 벗어났고, 모델은 원인을 찾지 못했습니다",
		"the model abstains: what it looks at is not what it was trained on (climate-2/temperature reads 70.93, while training knew 11.56 to 28.45; so is it with climate-2/humidity)": "모델이 원인 판단을 보류함: 입력이 학습한 것과 다름 (온도 값이 70.93. 학습 때는 11.56~28.45 범위; 습도도 마찬가지)",
		"the model alone would tell sensor-bias: the probe among the goods, which follows the air, tells otherwise":                                                                    "다른 값만 보면 센서 편차이지만 공기 온도를 따라 변하는 상품 온도는 그렇지 않음",
		"something new":                "something new",
		strings.Repeat("a; ", 100_000): strings.Repeat("a; ", 100_000),
	} {
		if got := speaker(t, Korean).Told(in); got != want {
			t.Errorf("%.80q is retold as %.200q, want %.200q", in, got, want)
		}
	}
}

func TestAMissingValueIsNoPair(t *testing.T) {
	en := speaker(t, English)
	alone := xai.Attribution{Feature: "night blind closed", Value: math.NaN(), Typical: math.NaN(), Share: 1}
	both := xai.Attribution{Feature: "air above goods × night blind closed", Value: math.NaN(), Typical: math.NaN(), Share: 1}
	if got := en.reason(alone); got != "night blind closed is not known" || en.Compared(alone) != "no value" {
		t.Errorf("a missing feature reads %q, %q", got, en.Compared(alone))
	}
	if got := en.reason(both); got != "air above goods × night blind closed act together" || en.Compared(both) != "" {
		t.Errorf("a pair reads %q, %q", got, en.Compared(both))
	}
}

func FuzzTold(f *testing.F) {
	for _, text := range []string{"freezer-2/air-temperature is stale", "the model abstains: the model abstains: x", "a; b; c", "guard : ", "(", ""} {
		f.Add(text)
	}
	f.Add(strings.Repeat("; guard a: ", 180))
	ko, err := New(Korean)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := ko.Told(text); len(got) > 20*len(text)+1000 {
			t.Errorf("%d bytes are retold in %d", len(text), len(got))
		}
	})
}
