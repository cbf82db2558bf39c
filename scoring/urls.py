from django.urls import path

from scoring.views import adjustments, appeals, ranking, replacing, round_acts, rounds, rubrics, scores, sheets, years

app_name = "scoring"
urlpatterns = [
    path("rounds/", rounds.RoundList.as_view(), name="rounds"),
    path("rounds/new/", rounds.round_new, name="round_new"),
    path("rounds/<str:quarter>/", rounds.round_detail, name="round"),
    path("rounds/<str:quarter>/draw/", round_acts.round_draw, name="round_draw"),
    path("rounds/<str:quarter>/replace/", replacing.round_replace, name="round_replace"),
    path("rounds/<str:quarter>/gather/", round_acts.round_gather, name="round_gather"),
    path("rounds/<str:quarter>/notice/", round_acts.round_notice, name="round_notice"),
    path("rounds/<str:quarter>/freeze/", round_acts.round_freeze, name="round_freeze"),
    path("rounds/<str:quarter>/report/", round_acts.round_report, name="round_report"),
    path("rounds/<str:quarter>/publish/", round_acts.round_publish, name="round_publish"),
    path("rounds/<str:quarter>/frozen.json", rounds.round_frozen, name="frozen"),
    path("rounds/<str:quarter>/ranking/", ranking.Ranking.as_view(), name="ranking"),
    path("rounds/<str:quarter>/units/", ranking.UnitRanking.as_view(), name="unit_scores"),
    path("rounds/<str:quarter>/adjustments/", adjustments.adjustment_list, name="adjustments"),
    path("adjustments/<int:pk>/withdraw/", adjustments.adjustment_withdraw, name="adjustment_withdraw"),
    path("scores/<int:pk>/", scores.score_detail, name="score"),
    path("scores/<int:pk>/appeal/", appeals.appeal_new, name="appeal_new"),
    path("rubrics/", rubrics.RubricList.as_view(), name="rubrics"),
    path("rubrics/new/", rubrics.rubric_new, name="rubric_new"),
    path("rubrics/<int:pk>/", rubrics.rubric_detail, name="rubric"),
    path("sheets/", sheets.sheet_list, name="sheets"),
    path("sheets/<int:pk>/", sheets.sheet_detail, name="sheet"),
    path("appeals/", appeals.AppealList.as_view(), name="appeals"),
    path("appeals/<int:pk>/", appeals.appeal_detail, name="appeal"),
    path("year/<str:quarter>/", years.year_detail, name="year"),
    path("year/<str:quarter>/commend/", years.year_commend, name="year_commend"),
]
